import { ok, refuse } from "../../lang/result.ts";
import { after, type EpochMs } from "../../lang/time.ts";
import type { Extend } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { statusOf } from "./status.ts";
import { findStep, isRunning, withState } from "./with-step.ts";

/**
 * running -> running: a consumer's lease lasts longer, the deadline does not. A word of it that comes
 * when somebody outside has taken the work on changes nothing: there is no lease to lose any more.
 */
export function onExtend(job: Job, command: Extend, now: EpochMs): Decided {
  const step = findStep(job, command.step);
  if (step === undefined || !isRunning(step) || step.state.token !== command.token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }

  if (step.state.runner !== "consumer") return ok({ job, effects: [] });
  const leaseExpiresAt = after(now, job.timings.leaseMs);
  const moved = withState(job, step, { state: { ...step.state, leaseExpiresAt } });
  return ok({ job: moved, effects: [] });
}
