import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { started } from "./attempt-start.ts";
import type { Claim } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { statusOf } from "./status.ts";
import { findStep } from "./with-step.ts";

/**
 * queued -> running: hands the lease to whoever asked first; a late or doubled message gets nothing.
 * Who asks again with the token that holds the lease is the same one, whose first answer got lost.
 */
export function onClaim(job: Job, command: Claim, now: EpochMs): Decided {
  const step = findStep(job, command.step);
  if (step?.state.status === "running" && step.state.token === command.token) {
    return ok({ job, effects: [] });
  }
  if (step?.state.status !== "queued" || step.state.attempt !== command.attempt) {
    return refuse({ code: "attempt_not_claimable", status: statusOf(job) });
  }

  const { attempt, runner, token } = command;
  const moved = started(job, step, { start: { attempt, runner, token }, now });
  return ok({
    job: moved,
    effects: runner === "object" ? [{ kind: "call", step: command.step, token }] : [],
  });
}
