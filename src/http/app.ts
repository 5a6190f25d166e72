import { type Context, Hono } from "hono";
import type { GatewayEnv } from "../edge/env.ts";
import { JobNotFoundFault } from "../edge/job/job-client.ts";
import { logError } from "../edge/log.ts";
import { OverloadedFault } from "../edge/object-call.ts";
import { loadedSettings } from "../edge/settings.ts";
import { epochMs } from "../lang/time.ts";
import { getArtifact, listArtifacts, putArtifact } from "./artifacts.ts";
import { completeJob, takeProgress } from "./attempt-calls.ts";
import { refuseOtherSites, refuseStrangers } from "./auth.ts";
import { closeBreaker } from "./breaker-reset.ts";
import type { Call, Handler } from "./call.ts";
import { addCallback, listDeliveries, resendDelivery } from "./callbacks.ts";
import { cancelJob } from "./cancel-job.ts";
import { takeInteraction } from "./discord.ts";
import { errorPage } from "./error-pages.ts";
import { health } from "./health.ts";
import { takeDelivery, takeRedirect } from "./hooks.ts";
import { getJobEvents } from "./job-events.ts";
import { openJobSocket } from "./job-socket.ts";
import { getJob, getJobResult } from "./jobs.ts";
import { waitForJobs } from "./jobs-wait.ts";
import { nothingHere } from "./nothing-here.ts";
import { listPlugins } from "./plugins.ts";
import { type Problem, problemResponse } from "./problem.ts";
import { resumeJob } from "./resume-job.ts";
import { retryJob } from "./retry-job.ts";
import { takeSlack } from "./slack.ts";
import { submitJob } from "./submit-job.ts";
import { triggerCommand, triggerPipeline } from "./trigger.ts";
import { onTrigger, refuseWithoutRoom } from "./trigger-caps.ts";
import { wrongMethod } from "./wrong-method.ts";

type Route = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /**
   * `public`: no token needed. `attempt`: the token of the attempt that it is about, which the job knows.
   * `signed`: whoever sends it has signed it, which its handler checks before anything else.
   */
  readonly access: "public" | "protected" | "attempt" | "signed";
  /** It makes a job by itself. What is signed does so in `startRun`, which answers each sender in its way. */
  readonly starts?: boolean;
  readonly handler: Handler;
};

/** Every route there is. */
const ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/trigger/:plugin/:command",
    access: "protected",
    starts: true,
    handler: triggerCommand,
  },
  { method: "POST", path: "/trigger/:name", access: "protected", handler: triggerPipeline },
  {
    method: "POST",
    path: "/plugin/:plugin/:command",
    access: "protected",
    starts: true,
    handler: triggerCommand,
  },
  { method: "POST", path: "/pipeline/:name", access: "protected", handler: triggerPipeline },
  { method: "GET", path: "/jobs/:id", access: "protected", handler: getJob },
  { method: "GET", path: "/jobs/:id/result", access: "protected", handler: getJobResult },
  { method: "GET", path: "/jobs/:id/events", access: "protected", handler: getJobEvents },
  { method: "GET", path: "/jobs/:id/ws", access: "protected", handler: openJobSocket },
  { method: "POST", path: "/jobs/:id/cancel", access: "protected", handler: cancelJob },
  { method: "POST", path: "/jobs/:id/resume", access: "protected", handler: resumeJob },
  { method: "POST", path: "/jobs/:id/retry", access: "protected", starts: true, handler: retryJob },
  { method: "POST", path: "/jobs/:id/progress", access: "attempt", handler: takeProgress },
  { method: "POST", path: "/jobs/:id/complete", access: "attempt", handler: completeJob },
  { method: "POST", path: "/jobs/:id/callbacks", access: "protected", handler: addCallback },
  { method: "GET", path: "/jobs/:id/deliveries", access: "protected", handler: listDeliveries },
  {
    method: "POST",
    path: "/jobs/:id/deliveries/:delivery/resend",
    access: "protected",
    handler: resendDelivery,
  },
  { method: "GET", path: "/jobs/:id/artifacts", access: "protected", handler: listArtifacts },
  { method: "GET", path: "/jobs/:id/artifacts/:name", access: "protected", handler: getArtifact },
  { method: "PUT", path: "/jobs/:id/artifacts/:name", access: "attempt", handler: putArtifact },
  { method: "POST", path: "/jobs", access: "protected", starts: true, handler: submitJob },
  { method: "POST", path: "/jobs/wait", access: "protected", handler: waitForJobs },
  { method: "POST", path: "/discord/interactions", access: "signed", handler: takeInteraction },
  { method: "POST", path: "/slack/commands", access: "signed", handler: takeSlack },
  { method: "POST", path: "/slack/interactivity", access: "signed", handler: takeSlack },
  { method: "POST", path: "/slack/events", access: "signed", handler: takeSlack },
  { method: "GET", path: "/plugins", access: "protected", handler: listPlugins },
  {
    method: "POST",
    path: "/plugins/:plugin/:command/breaker/reset",
    access: "protected",
    handler: closeBreaker,
  },
  { method: "POST", path: "/in/:hook", access: "signed", handler: takeDelivery },
  { method: "GET", path: "/in/:hook", access: "public", handler: takeRedirect },
  { method: "GET", path: "/healthz", access: "public", handler: health },
  { method: "GET", path: "/docs/errors/:code", access: "public", handler: errorPage },
];

/** Set on every answer that says nothing else: it is for this caller only, and it is what its type says. */
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

type HonoEnv = { readonly Bindings: GatewayEnv };

/** The gateway's HTTP front. */
export function createApp(): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  for (const { method, path, access, starts = false, handler } of ROUTES) {
    app.on(method, path, async (c) => {
      const call = callOf(c);
      const problem = access === "protected" ? whyNotIn(call, path) : null;
      if (problem !== null) return sealed(problemResponse(call.origin, problem));
      return sealed(await (starts ? onTrigger(call, () => handler(call)) : handler(call)));
    });
  }
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    app.all(path, ({ req: { raw } }) =>
      sealed(problemResponse(originOf(raw), wrongMethod(raw, methodsOf(path)))),
    );
  }
  app.notFound((c) => sealed(problemResponse(originOf(c.req.raw), nothingHere(c.req.raw))));
  app.onError((cause, c) => sealed(failed(c.req.raw, cause)));
  return app;
}

function whyNotIn(call: Call, path: string): Problem | null {
  return (
    refuseStrangers(call) ??
    refuseOtherSites(call) ??
    (isAboutJobs(path) ? refuseWithoutRoom(call) : null)
  );
}

/** Whether a job's object has to be woken for it. What makes a job asks for room of its own. */
function isAboutJobs(path: string): boolean {
  return path.startsWith("/jobs");
}

function callOf({ req, env, executionCtx }: Context<HonoEnv>): Call {
  return {
    request: req.raw,
    env,
    settings: loadedSettings(),
    params: req.param(),
    origin: originOf(req.raw),
    receivedAt: epochMs(Date.now()),
    waitUntil: (work) => executionCtx.waitUntil(work),
  };
}

function originOf(request: Request): string {
  return new URL(request.url).origin;
}

function sealed(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

function methodsOf(path: string): readonly string[] {
  const allowed = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
  return allowed.includes("GET") ? [...allowed, "HEAD"] : allowed;
}

/** A fault that callers can do something about, or one that is logged in full and told to nobody. */
function failed(request: Request, cause: unknown): Response {
  const origin = originOf(request);
  if (cause instanceof JobNotFoundFault) {
    const detail = "The id was never given out, or the job is past its retention";
    return problemResponse(origin, { code: "job_not_found", detail });
  }
  if (cause instanceof OverloadedFault) {
    return problemResponse(origin, {
      code: "overloaded",
      detail: "Try again in a second",
      headers: { "retry-after": "1" },
    });
  }
  logError("http.failed", cause, { method: request.method });
  return problemResponse(origin, { code: "internal_error", detail: "It has been logged" });
}
