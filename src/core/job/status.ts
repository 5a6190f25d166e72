import { lastOf } from "../../lang/non-empty.ts";
import { after, type EpochMs } from "../../lang/time.ts";
import type { Job, JobStatus } from "./job.ts";
import { type Ended, isFinal, type Step, type StepState, type Succeeded } from "./step.ts";

const STATUS_OF_STATE: { readonly [status in StepState["status"]]: JobStatus } = {
  delayed: "queued",
  lined_up: "queued",
  queued: "queued",
  backing_off: "queued",
  running: "running",
  waiting: "waiting",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed_out",
  dead: "dead",
  cancelled: "cancelled",
};

const FINAL: readonly JobStatus[] = ["succeeded", "failed", "timed_out", "dead", "cancelled"];

/** Whether a job with this status will never change again. */
export function isFinalStatus(status: JobStatus): boolean {
  return FINAL.includes(status);
}

/** Whether a job with this status moves by itself no more: it is over, or somebody has to answer. */
export function isStableStatus(status: JobStatus): boolean {
  return status === "waiting" || isFinalStatus(status);
}

/** The step that speaks for the job: the first that has not succeeded, else the last. */
export function leadingStep(job: Job): Step {
  return job.steps.find(({ state }) => state.status !== "succeeded") ?? lastOf(job.steps);
}

export function statusOf(job: Job): JobStatus {
  return STATUS_OF_STATE[leadingStep(job).state.status];
}

/** The end of a job that has one; `null` while it is open. */
export function endingOf(job: Job): Succeeded | Ended | null {
  const { state } = leadingStep(job);
  return isFinal(state) ? state : null;
}

/** When a final job is removed. */
export function expiresAt(job: Job, ending: Succeeded | Ended): EpochMs {
  return after(ending.finishedAt, job.retentionMs);
}
