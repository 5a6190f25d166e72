import type { EpochMs } from "../../lang/time.ts";
import type { Job, JobId } from "../job/job.ts";
import { endingOf } from "../job/status.ts";
import type { Ended, Succeeded } from "../job/step.ts";

/** What a breaker is told of a job that ended. */
export type JobEnd = {
  readonly job: JobId;
  readonly submittedAt: EpochMs;
  /** A period begins then, however late it is told. */
  readonly endedAt: EpochMs;
  readonly verdict: Verdict;
  /** When whoever tells this last heard of a success that it told nobody; `null` = of none. */
  readonly lastSuccessAt: EpochMs | null;
};

/** `says_nothing`: neither for the plugin nor against it. */
export type Verdict = "failed" | "succeeded" | "says_nothing";

/** Failures that are none of the plugin's: it refused what it was sent, or nobody answered what it asked. */
const BLAMELESS: readonly string[] = ["invalid_payload", "wait_timed_out"];

/** What there is to tell of a job; `null` while it is open. */
export function jobEndOf(job: Job): Omit<JobEnd, "lastSuccessAt"> | null {
  const ending = endingOf(job);
  if (ending === null) return null;
  const { id, createdAt } = job;
  const { finishedAt } = ending;
  return { job: id, submittedAt: createdAt, endedAt: finishedAt, verdict: verdictOf(ending) };
}

function verdictOf(ending: Succeeded | Ended): Verdict {
  switch (ending.status) {
    case "succeeded":
      return "succeeded";
    case "failed":
      return BLAMELESS.includes(ending.error.code) ? "says_nothing" : "failed";
    case "timed_out":
    case "dead":
      return "failed";
    case "cancelled":
      return "says_nothing";
  }
}
