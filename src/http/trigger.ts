import type { Submission } from "../core/job/command.ts";
import { plainPlan } from "../core/job/plan.ts";
import { retentionOf } from "../core/job/retention.ts";
import { TIMINGS } from "../core/job/timings.ts";
import { newJob } from "../edge/job-client.ts";
import { pluginCatalog } from "../edge/plugin-catalog.ts";
import { didYouMean } from "../lang/closest.ts";
import { unreachable } from "../lang/invariant.ts";
import { ok } from "../lang/result.ts";
import { after } from "../lang/time.ts";
import { acceptedResponse, jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { endOf, type Held, streamOf, watchForHangUp } from "./held-trigger.ts";
import { immediateResponse } from "./immediate.ts";
import { wantsStream } from "./job-events.ts";
import { problemResponse } from "./problem.ts";
import { findTarget, type Target } from "./target.ts";
import { traceparentOf } from "./traceparent.ts";
import { appliedPreference, readTriggerOptions, type TriggerOptions } from "./trigger-options.ts";
import { enterLine, type Leave } from "./waiter-caps.ts";

/** `POST /trigger/{plugin}/{command}` (contract, section 2). Nothing is stored before all is checked. */
export async function triggerCommand(call: Call): Promise<Response> {
  const target = await findTarget(call);
  if (!target.ok) return problemResponse(call.origin, target.reason);
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const options = readTriggerOptions(body.value, call.request, target.value.spec);
  if (!options.ok) return problemResponse(call.origin, options.reason);

  return target.value.spec.timing === "immediate"
    ? immediateResponse(call, target.value, options.value)
    : submit(call, target.value, options.value);
}

/** `POST /trigger/{pipeline}`: there are none yet, so the name can only be a mistake. */
export async function triggerPipeline({ env, params, origin }: Call): Promise<Response> {
  const { name = "" } = params;
  const plugins = await pluginCatalog(env);
  const plugin = plugins.find((entry) => entry.name === name);
  if (!plugin?.isAvailable) {
    const known = plugins.map((entry) => entry.name);
    const detail = `There is no pipeline '${name}'${didYouMean(name, known)}`;
    return problemResponse(origin, { code: "unknown_pipeline", detail });
  }
  const paths = Object.keys(plugin.manifest.commands).map(
    (command) => `/trigger/${name}/${command}`,
  );
  const detail = `'${name}' is a plugin: trigger one of its commands, ${paths.join(", ")}`;
  return problemResponse(origin, { code: "unknown_pipeline", detail });
}

/** How the caller hears of the job: the four ways to answer a trigger. */
type Hearing = "ack" | "stream" | "hold" | "later";

function hearingOf(call: Call, { spec }: Target, { patience }: TriggerOptions): Hearing {
  if (spec.timing === "ack") return "ack";
  if (wantsStream(call.request)) return "stream";
  return patience.waitMs > 0 ? "hold" : "later";
}

/** Makes the job, then answers as the caller wants to hear of it. */
async function submit(call: Call, target: Target, options: TriggerOptions): Promise<Response> {
  const hearing = hearingOf(call, target, options);
  const since = call.receivedAt;
  const until = hearing === "hold" ? after(since, options.patience.waitMs) : since;

  // Whoever cannot be held is told so before there is a job.
  const entered =
    hearing === "ack" || hearing === "later"
      ? ok(() => {})
      : enterLine(call, hearing === "hold" ? until : null);
  if (!entered.ok) return problemResponse(call.origin, entered.reason);

  const held: Held = { call, job: newJob(call.env), options, since, until };
  const stopListening = hearing === "hold" ? watchForHangUp(held) : () => {};
  try {
    return await answered(held, { target, hearing, leave: entered.value });
  } catch (cause) {
    entered.value();
    throw cause;
  } finally {
    stopListening();
  }
}

type Hearer = { readonly target: Target; readonly hearing: Hearing; readonly leave: Leave };

async function answered(held: Held, { target, hearing, leave }: Hearer): Promise<Response> {
  const { job, options, until } = held;
  const submission = submissionOf(held, target, hearing);
  const submitted = await job.call((object) => object.submit(submission, until));
  const headers = appliedPreference(options);
  switch (hearing) {
    case "ack":
      return jsonResponse(202, { kind: "ack", job_id: job.id }, headers);
    case "later":
      return acceptedResponse(submitted, { headers });
    case "hold":
      return endOf(held, submitted).finally(leave);
    case "stream":
      return streamOf(held, leave);
    default:
      return unreachable(hearing);
  }
}

function submissionOf(
  { call, job, options }: Held,
  { plugin, command, spec }: Target,
  hearing: Hearing,
): Submission {
  const keepsResult = hearing !== "ack";
  const { payload, tags, metadata, timeoutMs, maxAttempts } = options;
  return {
    id: job.id,
    origin: call.origin,
    submittedBy: "api",
    payload,
    tags,
    metadata,
    traceparent: traceparentOf(call.request.headers),
    keepsResult,
    retentionMs: retentionOf(call.settings, plugin.name, keepsResult),
    timings: TIMINGS,
    plan: plainPlan({
      plugin: plugin.name,
      command,
      transport: "binding",
      binding: plugin.binding,
      spec,
      timeoutMs,
      maxAttempts,
      isWaited: hearing === "hold",
    }),
  };
}
