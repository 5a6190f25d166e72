import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { keptAll, type NotKeptArtifact, WHY_NOT_KEPT } from "../artifact/on-keep-artifact.ts";
import { asked } from "../ask/asked.ts";
import { type Failure, failureOf, isWordOfPlugin, type Outcome } from "../plugin/outcome.ts";
import { accepted, failed, succeeded } from "./attempt-end.ts";
import { type AtWork, working } from "./attempt-start.ts";
import type { Report } from "./command.ts";
import type { Decided } from "./decision.ts";
import type { Job } from "./job.ts";
import { told } from "./side-calls.ts";
import { statusOf } from "./status.ts";
import { findStep, isRunning } from "./with-step.ts";

/**
 * running -> succeeded, waiting, backing off or over, by the attempt that holds the lease; or still
 * running, once somebody outside has taken it on. The token decides, not the clock: a complete answer counts as long
 * as nothing has taken the lease away.
 */
export function onReport(job: Job, command: Report, now: EpochMs): Decided {
  const step = findStep(job, command.step);
  if (step === undefined || !isRunning(step) || step.state.token !== command.token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }

  // What it said on the way comes first, in the same commit.
  const { batches, jitter } = command;
  const heard = batches.reduce((so, batch) => told(so.job, so.step, { batch, now }), { job, step });
  const said = declared(step, command.outcome);
  const answered = isWordOfPlugin(said) ? working(heard.job, heard.step, now) : heard;
  // What came with an answer is the job's with that answer, or not at all.
  const keeping = keptAll(answered, said.kind === "success" ? command.artifacts : [], now);
  const outcome = keeping.ok ? said : notKept(keeping.reason, said);
  const at = keeping.ok ? keeping.value : answered;
  return ok({ job: reported(at, outcome, { jitter, now }), effects: [] });
}

/** What is wrong with what came with an answer, as the attempt's end. */
function notKept({ name, why }: NotKeptArtifact, { logs }: Outcome): Failure {
  const message = `Cannot keep artifact ${name} of the answer. ${WHY_NOT_KEPT[why]}`;
  return { ...failureOf("protocol_fault", message), code: why, logs };
}

function reported(
  { job, step }: AtWork,
  outcome: Outcome,
  { jitter, now }: { readonly jitter: number; readonly now: EpochMs },
): Job {
  switch (outcome.kind) {
    case "success":
      return succeeded(job, step, { success: outcome, now });
    case "accepted":
      return accepted(job, step, outcome);
    case "asked":
      return asked(job, step, { ask: outcome.ask, logs: outcome.logs, now });
    case "failure":
      return failed(job, step, { failure: outcome, jitter, now });
  }
}

/** Only a command that says so has the state to itself; what another one writes would be lost, or lose. */
function declared({ plan }: AtWork["step"], outcome: Outcome): Outcome {
  if (outcome.kind !== "success" || outcome.stateUpdates === null) return outcome;
  return plan.lane?.isStateful === true ? outcome : { ...UNDECLARED, logs: outcome.logs };
}

const UNDECLARED = failureOf(
  "protocol_fault",
  "The answer has state_updates, but the command's manifest does not say state: true",
);
