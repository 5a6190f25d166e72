import { type Failure, failureOf, type Outcome } from "../core/plugin/outcome.ts";
import { type PluginRequest, PROTOCOL } from "../core/plugin/request.ts";
import { callPlugin } from "../edge/plugin/plugin-call.ts";
import { invokeOf } from "../edge/plugin/plugin-way.ts";
import { after, epochMs, rfc3339, seconds } from "../lang/time.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import { problemResponse } from "./problem.ts";
import type { Target } from "./target.ts";
import { traceparentOf } from "./traceparent.ts";
import type { TriggerOptions } from "./trigger-options.ts";

/**
 * An `immediate` command: called here and now, its answer is the response, no job is made. The one case
 * in which the Worker calls a plugin itself, because nothing is lost when the caller hangs up.
 */
export async function immediateResponse(
  call: Call,
  target: Target,
  { payload, timeoutMs }: TriggerOptions,
): Promise<Response> {
  const { origin } = call;
  const { plugin, command } = target;
  const startedAt = Date.now();
  const outcome = await invokeNow(call, target, { payload, timeoutMs });
  if (outcome.kind === "failure") return failureResponse(origin, outcome);
  if (outcome.kind === "accepted") return failureResponse(origin, NO_JOB_TO_COMPLETE);
  if (outcome.kind === "asked") return failureResponse(origin, NO_JOB_TO_WAIT);
  if (outcome.artifacts.length > 0) return failureResponse(origin, NO_JOB_TO_KEEP);
  return jsonResponse(200, {
    kind: "result",
    job_id: null,
    status: "succeeded",
    plugin: plugin.name,
    command,
    result: { ...outcome.result, artifacts: [] },
    duration_ms: Date.now() - startedAt,
  });
}

/** Calls a command here and now, for whatever waits for its answer and makes no job. */
export async function invokeNow(
  { env, settings, request }: Call,
  { plugin, command, spec }: Target,
  { payload, timeoutMs }: Pick<TriggerOptions, "payload" | "timeoutMs">,
): Promise<Outcome> {
  const limitMs = timeoutMs ?? spec.timeoutMs;
  const deadlineAt = after(epochMs(Date.now()), limitMs);
  const pluginRequest: PluginRequest = {
    protocol: PROTOCOL,
    job_id: null,
    attempt: 1,
    attempt_token: null,
    command,
    payload,
    event: null,
    config: {},
    context: { pipeline: null, step: null, root_job_id: null, baggage: {}, depth: 0 },
    deadline_at: rfc3339(deadlineAt),
    traceparent: traceparentOf(request.headers),
    callback: null,
  };
  const { name, transport, binding } = plugin;
  const invoke = invokeOf({ plugin: name, transport, binding }, env, settings);
  return callPlugin(invoke, pluginRequest, {
    timeoutMs: limitMs,
    deadlineAt,
    graceMs: seconds(0),
  });
}

const NO_JOB_TO_COMPLETE = failureOf(
  "protocol_fault",
  "The plugin answered 'accepted', but an immediate command has no job to complete later",
);

const NO_JOB_TO_WAIT = failureOf(
  "protocol_fault",
  "The plugin answered 'wait', but an immediate command has no job that could wait for an answer",
);

const NO_JOB_TO_KEEP = failureOf(
  "protocol_fault",
  "The plugin answered with artifacts, but an immediate command has no job that could keep them",
);

/** As a waited job would answer, without the job. */
function failureResponse(origin: string, failure: Failure): Response {
  const { code, message, reason, retryable } = failure;
  return problemResponse(origin, {
    code: reason === "timeout" ? "job_timed_out" : "job_failed",
    detail: message,
    members: { job_id: null, error: { code, message, category: reason, retryable, attempt: 1 } },
  });
}
