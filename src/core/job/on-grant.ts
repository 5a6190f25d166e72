import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { handedOut } from "./attempt-start.ts";
import type { Grant } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { slotOf } from "./slot.ts";
import { statusOf } from "./status.ts";
import { findStep } from "./with-step.ts";

/**
 * lined up -> running, or queued for a consumer. A grant that comes again finds the attempt on its way;
 * one that comes too late is refused, so that the lane has its slot back.
 */
export function onGrant(job: Job, { step: id, attempt, token }: Grant, now: EpochMs): Decided {
  const step = findStep(job, id);
  if (step === undefined || slotOf(step) !== attempt) {
    return refuse({ code: "slot_not_wanted", status: statusOf(job) });
  }
  if (step.state.status !== "lined_up") return ok({ job, effects: [] });
  return ok(handedOut(job, step, { attempt, token, now }));
}
