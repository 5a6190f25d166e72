import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { failed, succeeded } from "./attempt-end.ts";
import type { Report } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { told } from "./side-calls.ts";
import { statusOf } from "./status.ts";
import { findStep, isRunning } from "./with-step.ts";

/**
 * running -> succeeded, backing off or over, by the attempt that holds the lease. The token decides,
 * not the clock: a complete answer counts as long as nothing has taken the lease away.
 */
export function onReport(job: Job, command: Report, now: EpochMs): Decided {
  const step = findStep(job, command.step);
  if (step === undefined || !isRunning(step) || step.state.token !== command.token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }

  // What it said on the way comes first, in the same commit.
  const { batches, outcome, jitter } = command;
  const heard = batches.reduce((so, batch) => told(so.job, so.step, { batch, now }), { job, step });
  const moved =
    outcome.kind === "success"
      ? succeeded(heard.job, heard.step, { success: outcome, now })
      : failed(heard.job, heard.step, { failure: outcome, jitter, now });
  return ok({ job: moved, effects: [] });
}
