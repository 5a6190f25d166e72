import { unreachable } from "../../lang/invariant.ts";
import { ok, refuse } from "../../lang/result.ts";
import { type EpochMs, latest } from "../../lang/time.ts";
import { callsLeft } from "./call.ts";
import type { Command } from "./command.ts";
import type { Decided } from "./decision.ts";
import { newestEvent } from "./history.ts";
import type { Job } from "./job.ts";
import { onCancel } from "./on-cancel.ts";
import { onClaim } from "./on-claim.ts";
import { onExtend } from "./on-extend.ts";
import { onGrant } from "./on-grant.ts";
import { onProgress } from "./on-progress.ts";
import { onReport } from "./on-report.ts";
import { onSubmit } from "./on-submit.ts";
import { onWake } from "./on-wake.ts";
import { slotsLeft } from "./slot.ts";

/**
 * The whole state machine. Same job, command and instant: same decision.
 *
 * @param job The stored job, or `null` where none was submitted.
 * @param now The clock. It may have gone back since the last command: within a job, time does not.
 */
export function decide(job: Job | null, command: Command, now: EpochMs): Decided {
  if (command.kind === "submit") return onSubmit(job, command, now);
  if (job === null) return refuse({ code: "job_not_found" });

  const decided = moved(job, command, latest(now, newestEvent(job).at));
  if (!decided.ok) return decided;
  // Whatever an attempt ended of, nobody waits for its call, and the slot that it had is free.
  const { job: after, effects } = decided.value;
  return ok({
    job: after,
    effects: [...effects, ...callsLeft(job, after), ...slotsLeft(job, after)],
  });
}

function moved(job: Job, command: Exclude<Command, { kind: "submit" }>, at: EpochMs): Decided {
  switch (command.kind) {
    case "grant":
      return onGrant(job, command, at);
    case "claim":
      return onClaim(job, command, at);
    case "extend":
      return onExtend(job, command, at);
    case "progress":
      return onProgress(job, command, at);
    case "report":
      return onReport(job, command, at);
    case "cancel":
      return onCancel(job, command, at);
    case "wake":
      return onWake(job, command, at);
    default:
      return unreachable(command);
  }
}
