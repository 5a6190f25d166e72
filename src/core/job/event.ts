import type { JsonObject } from "../../lang/json.ts";
import type { EpochMs } from "../../lang/time.ts";
import type { Progress, StepId, StepState } from "./step.ts";

/** Something that happened to a job: past tense, dotted, never changed once recorded. */
export type JobEvent = {
  /** 1, 2, 3… within the job, without gaps. */
  readonly seq: number;
  readonly type: EventType;
  readonly at: EpochMs;
  /** The attempt it is about; for a job that has not started, the attempt to come. */
  readonly attempt: number;
  readonly data: JsonObject;
  /**
   * How the step was then, so that the job can be shown as of this event; `null` where the event moved
   * no step, and for an end: a step that has ended stays as it is.
   */
  readonly stepThen: StepThen | null;
};

/** What can change of a step, at the instant of an event. */
export type StepThen = {
  readonly step: StepId;
  readonly state: StepState;
  /** How many attempts had ended. */
  readonly past: number;
  readonly progress: Progress | null;
  /** As of then, see `Step`; left out = 0. */
  readonly attemptsBefore?: number;
};

export type EventType =
  | "job.queued"
  | "job.running"
  | "job.progress"
  | "job.output"
  | "job.retry_scheduled"
  | "job.waiting"
  | "job.resumed"
  | "job.succeeded"
  | "job.failed"
  | "job.timed_out"
  | "job.dead"
  | "job.cancelled"
  | "artifact.created"
  | "callback.delivered"
  | "callback.failed";

/** Events that carry the snapshot: those that move the job (contract, section 5). */
const IS_STATE_EVENT: { readonly [type in EventType]: boolean } = {
  "job.queued": true,
  "job.running": true,
  "job.progress": false,
  "job.output": false,
  "job.retry_scheduled": true,
  "job.waiting": true,
  "job.resumed": true,
  "job.succeeded": true,
  "job.failed": true,
  "job.timed_out": true,
  "job.dead": true,
  "job.cancelled": true,
  "artifact.created": false,
  "callback.delivered": false,
  "callback.failed": false,
};

/** The last one of a job's own: what comes after it is how its callbacks got on. */
const FINAL_EVENTS: readonly EventType[] = [
  "job.succeeded",
  "job.failed",
  "job.timed_out",
  "job.dead",
  "job.cancelled",
];

export function isFinalEvent({ type }: Pick<JobEvent, "type">): boolean {
  return FINAL_EVENTS.includes(type);
}

export function isStateEvent({ type }: Pick<JobEvent, "type">): boolean {
  return IS_STATE_EVENT[type];
}
