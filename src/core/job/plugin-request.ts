import { rfc3339 } from "../../lang/time.ts";
import type { Answered } from "../ask/ask.ts";
import {
  type PluginCallback,
  type PluginEvent,
  type PluginRequest,
  PROTOCOL,
} from "../plugin/request.ts";
import type { Job } from "./job.ts";
import type { RunningStep } from "./with-step.ts";

/** What the plugin is handed for the attempt that runs now. Its `config` is looked up at the call. */
export function pluginRequestOf(job: Job, { plan, state, answered }: RunningStep): PluginRequest {
  return {
    protocol: PROTOCOL,
    job_id: job.id,
    attempt: state.attempt,
    attempt_token: state.token,
    command: plan.command,
    payload: job.payload,
    // What was answered is newer than what began it.
    event: answered === null ? job.event : resumedEvent(job, answered),
    config: {},
    context: { pipeline: null, step: null, root_job_id: job.id, baggage: {}, depth: 0 },
    deadline_at: rfc3339(state.deadlineAt),
    traceparent: job.traceparent,
    callback: callbackOf(job),
  };
}

/** The same for every attempt until the next question is answered. */
function resumedEvent({ id }: Job, { waitId, action, values, at }: Answered): PluginEvent {
  return {
    type: "job.resumed",
    payload: { wait_id: waitId, action, values },
    source: "resume",
    timestamp: rfc3339(at),
    event_id: `${id}:${waitId}`,
  };
}

function callbackOf({ id, origin }: Job): PluginCallback {
  const job = `${origin}/jobs/${id}`;
  return {
    progress: `${job}/progress`,
    complete: `${job}/complete`,
    artifacts: `${job}/artifacts`,
  };
}
