import { ok } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { cancelled } from "./attempt-end.ts";
import type { Cancel } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { isFinal } from "./step.ts";

/** Any open state -> cancelled. A final job stays as it is: cancelling is idempotent and claims nothing. */
export function onCancel(job: Job, { reason }: Cancel, now: EpochMs): Decided {
  const open = job.steps.filter(({ state }) => !isFinal(state));
  const ended = open.reduce((so, step) => cancelled(so, step, { reason, now }), job);
  return ok({ job: ended, effects: [] });
}
