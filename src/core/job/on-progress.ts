import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import type { Progressed } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { told } from "./side-calls.ts";
import { statusOf } from "./status.ts";
import { findStep, isRunning } from "./with-step.ts";

/** running -> running: what the attempt said on the way is recorded, for those who watch. */
export function onProgress(job: Job, command: Progressed, now: EpochMs): Decided {
  const step = findStep(job, command.step);
  if (step === undefined || !isRunning(step) || step.state.token !== command.token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }
  const { job: heard } = told(job, step, { batch: command.batch, now });
  return ok({ job: heard, effects: [] });
}
