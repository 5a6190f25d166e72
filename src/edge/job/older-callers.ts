import type { Submission } from "../../core/job/command.ts";
import type { AttemptEnd } from "./job-capability.ts";

const SUBMISSION_OF_OLD: Pick<Submission, "callbacks"> = { callbacks: [] };
const END_OF_OLD: Pick<AttemptEnd, "artifacts"> = { artifacts: [] };

/** In a deploy an object may be called by a gateway of the version before, which had no callbacks. */
export function wholeSubmission(submission: Submission): Submission {
  return { ...SUBMISSION_OF_OLD, ...submission };
}

/** And by a consumer of the version before, which had no artifacts. */
export function wholeEnd(end: AttemptEnd): AttemptEnd {
  return { ...END_OF_OLD, ...end };
}
