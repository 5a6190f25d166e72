import { type Failure, failureOf } from "../core/plugin/outcome.ts";
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
  { env, settings, request, origin }: Call,
  { plugin, command, spec }: Target,
  { payload, timeoutMs }: TriggerOptions,
): Promise<Response> {
  const startedAt = epochMs(Date.now());
  const limitMs = timeoutMs ?? spec.timeoutMs;
  const deadlineAt = after(startedAt, limitMs);
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
  const outcome = await callPlugin(invoke, pluginRequest, {
    timeoutMs: limitMs,
    deadlineAt,
    graceMs: seconds(0),
  });
  if (outcome.kind === "failure") return failureResponse(origin, outcome);
  if (outcome.kind === "accepted") return failureResponse(origin, NO_JOB_TO_COMPLETE);
  if (outcome.artifacts.length > 0) return failureResponse(origin, NO_JOB_TO_KEEP);
  return jsonResponse(200, {
    kind: "result",
    job_id: null,
    status: "succeeded",
    plugin: name,
    command,
    result: { ...outcome.result, artifacts: [] },
    duration_ms: Date.now() - startedAt,
  });
}

const NO_JOB_TO_COMPLETE = failureOf(
  "protocol_fault",
  "The plugin answered 'accepted', but an immediate command has no job to complete later",
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
