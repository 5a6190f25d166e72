import type { JobEvent } from "../job/event.ts";

/** The words of the profile `states` (contract, section 6). */
export type CallbackState =
  | "queued"
  | "loading"
  | "working"
  | "waiting"
  | "done"
  | "failed"
  | "cancelled";

/** The state that an event brings a job to; `null` where it moves nothing. */
export function callbackStateOf({ type, data }: Pick<JobEvent, "type" | "data">) {
  return type === "job.running" ? phaseOf(data) : STATE_OF[type];
}

function phaseOf({ phase }: JobEvent["data"]): CallbackState {
  return phase === "loading" ? "loading" : "working";
}

const STATE_OF: {
  readonly [type in Exclude<JobEvent["type"], "job.running">]: CallbackState | null;
} = {
  "job.queued": "queued",
  "job.progress": null,
  "job.output": null,
  "job.retry_scheduled": "queued",
  "job.waiting": "waiting",
  // What it goes on with is said by the events that follow.
  "job.resumed": null,
  "job.succeeded": "done",
  "job.failed": "failed",
  "job.timed_out": "failed",
  "job.dead": "failed",
  "job.cancelled": "cancelled",
  "artifact.created": null,
  "callback.delivered": null,
  "callback.failed": null,
};
