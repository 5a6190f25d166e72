import type { Submission } from "../core/job/command.ts";
import { plainPlan } from "../core/job/plan.ts";
import { TIMINGS } from "../core/job/timings.ts";
import { newJob } from "../edge/job-client.ts";
import { pluginCatalog } from "../edge/plugin-catalog.ts";
import { waitForEnd } from "../edge/wait.ts";
import { after, days, epochMs, hours, seconds } from "../lang/time.ts";
import { acceptedResponse, endResponse, jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { immediateResponse } from "./immediate.ts";
import { problemResponse } from "./problem.ts";
import { findTarget, type Target } from "./target.ts";
import { traceparentOf } from "./traceparent.ts";
import { readTriggerOptions, type TriggerOptions } from "./trigger-options.ts";

/** How long a finished job can be read: 30 days, and an hour where nobody asked for the result. */
const RETENTION_MS = days(30);
const ACK_RETENTION_MS = hours(1);

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
    const detail = `There is no pipeline '${name}'`;
    return problemResponse(origin, { code: "unknown_pipeline", detail });
  }
  const paths = Object.keys(plugin.manifest.commands).map(
    (command) => `/trigger/${name}/${command}`,
  );
  const detail = `'${name}' is a plugin: trigger one of its commands, ${paths.join(", ")}`;
  return problemResponse(origin, { code: "unknown_pipeline", detail });
}

async function submit(call: Call, target: Target, options: TriggerOptions): Promise<Response> {
  const { spec } = target;
  const { waitMs, preferenceApplied } = options.patience;
  const isAck = spec.timing === "ack";
  const isWaited = waitMs > 0 && !isAck;
  const receivedAt = epochMs(Date.now());
  const waitUntil = after(receivedAt, isWaited ? waitMs : seconds(0));

  const job = newJob(call.env);
  const submission: Submission = {
    id: job.id,
    origin: call.origin,
    submittedBy: "api",
    payload: options.payload,
    tags: options.tags,
    metadata: options.metadata,
    traceparent: traceparentOf(call.request.headers),
    keepsResult: !isAck,
    retentionMs: isAck ? ACK_RETENTION_MS : RETENTION_MS,
    timings: TIMINGS,
    plan: plainPlan({
      plugin: target.plugin.name,
      command: target.command,
      binding: target.plugin.binding,
      spec,
      timeoutMs: options.timeoutMs,
      maxAttempts: options.maxAttempts,
      isWaited,
    }),
  };
  const submitted = await job.call((object) => object.submit(submission, waitUntil));
  const applied = preferenceApplied === null ? {} : { "preference-applied": preferenceApplied };
  if (isAck) return jsonResponse(202, { kind: "ack", job_id: job.id }, applied);
  if (!isWaited) return acceptedResponse(submitted, { headers: applied });

  const seen = await waitForEnd(job.call, submitted, waitUntil);
  const waited = { timeout_exceeded: true, waited_ms: Date.now() - receivedAt };
  return (
    endResponse(call.origin, seen, applied) ??
    acceptedResponse(seen, { members: waited, headers: applied })
  );
}
