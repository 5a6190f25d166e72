import { ok } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { cancelled } from "./attempt-end.ts";
import type { Cancel } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { isFinal } from "./step.ts";

/** Any open state -> cancelled. A final job stays as it is: cancelling is idempotent and claims nothing. */
export function onCancel(job: Job, { reason }: Cancel, now: EpochMs): Decided {
  return ok({ job: cancelledJob(job, { reason, now }), effects: [] });
}

/** The job with whatever of it was open at its end. */
export function cancelledJob(
  job: Job,
  about: { readonly reason: string; readonly now: EpochMs },
): Job {
  const open = job.steps.filter(({ state }) => !isFinal(state));
  return open.reduce((so, step) => cancelled(so, step, about), job);
}
