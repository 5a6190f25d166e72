import type { JsonObject } from "../../lang/json.ts";
import type { EpochMs } from "../../lang/time.ts";

/** Something that happened to a job: past tense, dotted, never changed once recorded. */
export type JobEvent = {
  /** 1, 2, 3… within the job, without gaps. */
  readonly seq: number;
  readonly type: EventType;
  readonly at: EpochMs;
  /** The attempt it is about; for a job that has not started, the attempt to come. */
  readonly attempt: number;
  readonly data: JsonObject;
};

export type EventType =
  | "job.queued"
  | "job.running"
  | "job.retry_scheduled"
  | "job.succeeded"
  | "job.failed"
  | "job.timed_out"
  | "job.dead";
