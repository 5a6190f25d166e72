import { ok } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { dispatched } from "./attempt-start.ts";
import type { Submit } from "./command.ts";
import type { Decided } from "./decision.ts";
import { stepThenOf } from "./history.ts";
import type { Job } from "./job.ts";
import type { Queued, Step } from "./step.ts";

/**
 * absent -> queued, or running at once where the object makes the call itself.
 * A second submission of the same id is the same call come twice: the job stays as it is.
 */
export function onSubmit(job: Job | null, command: Submit, now: EpochMs): Decided {
  if (job !== null) return ok({ job, effects: [] });

  const { plan, ...rest } = command.submission;
  const state: Queued = { status: "queued", attempt: 1, sends: 0, sendAgainAt: now };
  const step: Step = { plan, past: [], progress: null, state };
  const stepThen = stepThenOf({ steps: [step] }, plan.id);
  const submitted: Job = {
    ...rest,
    createdAt: now,
    events: [{ seq: 1, type: "job.queued", at: now, attempt: 1, data: {}, stepThen }],
    steps: [step],
  };
  return ok(dispatched(submitted, step, { attempt: 1, token: command.token, now }));
}
