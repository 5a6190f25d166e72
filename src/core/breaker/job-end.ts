import type { EpochMs } from "../../lang/time.ts";
import type { Job, JobId } from "../job/job.ts";
import { endingOf } from "../job/status.ts";

/** What a breaker is told of a job that ended. */
export type JobEnd = {
  readonly job: JobId;
  readonly submittedAt: EpochMs;
  readonly verdict: Verdict;
  /** When whoever tells this last heard of a success that it told nobody; `null` = of none. */
  readonly lastSuccessAt: EpochMs | null;
};

/** `says_nothing`: neither for the plugin nor against it. */
export type Verdict = "failed" | "succeeded" | "says_nothing";

/** The code by which a plugin refuses what it was sent: the caller's fault, not the plugin's. */
const INPUT_REFUSED = "invalid_payload";

/** What a job's end says about its command; `null` while the job is open. */
export function verdictOf(job: Job): Verdict | null {
  const ending = endingOf(job);
  if (ending === null) return null;
  switch (ending.status) {
    case "succeeded":
      return "succeeded";
    case "failed":
      return ending.error.code === INPUT_REFUSED ? "says_nothing" : "failed";
    case "timed_out":
    case "dead":
      return "failed";
    case "cancelled":
      return "says_nothing";
  }
}
