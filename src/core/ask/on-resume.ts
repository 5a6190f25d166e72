import { canonicalJson } from "../../lang/canonical-json.ts";
import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { mayAnswer, withRefreshedSeat } from "../channel/resumed-seat.ts";
import { outOfTime } from "../job/attempt-end.ts";
import { dispatched, onItsWay } from "../job/attempt-start.ts";
import type { Resume } from "../job/command.ts";
import type { Decided, Decision } from "../job/decision.ts";
import { recordedMove } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import { cancelledJob } from "../job/on-cancel.ts";
import { statusOf } from "../job/status.ts";
import type { AttemptToken, Step } from "../job/step.ts";
import { isWaiting, type WaitingStep, withStep } from "../job/with-step.ts";
import type { Answered } from "./ask.ts";

/**
 * waiting -> on its way again, with the answer, or cancelled. Who answered first has answered: the same
 * answer once more changes nothing, any other one is refused, and told by whom it was answered.
 */
export function onResume(job: Job, command: Resume, now: EpochMs): Decided {
  const { waitId, action, values, isChecked, by, seat, token } = command;
  const last = job.steps.flatMap(({ answered }) => (answered?.waitId === waitId ? [answered] : []));
  const [taken = null] = last;
  if (taken !== null && isSameAnswer(taken, command)) return ok({ job, effects: [] });

  const waiting = job.steps.filter(isWaiting);
  const step = isChecked ? waiting.find(({ state }) => state.waitId === waitId) : undefined;
  if (step === undefined) {
    const code = waiting.length === 0 ? "not_waiting" : "stale_wait";
    return refuse({ code, status: statusOf(job), answered: taken });
  }
  // The alarm that would have said so is late.
  if (job.endBy !== null && now >= job.endBy) {
    return ok({ job: outOfTime(job, step, now), effects: [] });
  }
  if (!mayAnswer(job, by)) return refuse({ code: "not_asked", status: statusOf(job) });
  const told = seat === null ? job : withRefreshedSeat(job, seat);
  return ok(resumed(told, step, { answered: { waitId, action, values, by, at: now }, token }));
}

function isSameAnswer(taken: Answered, { action, values, by }: Resume): boolean {
  return (
    taken.action === action &&
    taken.by === by &&
    canonicalJson(taken.values) === canonicalJson(values)
  );
}

/** What an answer does, whoever gave it. */
export function resumed(
  job: Job,
  step: WaitingStep,
  { answered, token }: { readonly answered: Answered; readonly token: AttemptToken },
): Decision {
  const { waitId, action, by, at: now } = answered;
  if (action === "cancel") {
    const noted = withStep(job, { ...step, answered });
    return { job: cancelledJob(noted, { reason: REASON[by] ?? BY_SOMEBODY, now }), effects: [] };
  }

  const attempt = step.state.attempt + 1;
  const next: Step = {
    ...step,
    attemptsBefore: step.state.attempt,
    answered,
    state: onItsWay(step.plan, attempt, now),
  };
  const noted = recordedMove(withStep(job, next), step.plan.id, {
    type: "job.resumed",
    at: now,
    attempt,
    data: { wait_id: waitId, action, by },
  });
  return dispatched(noted, next, { attempt, token, now });
}

const BY_SOMEBODY = "Cancelled by whoever was asked";

const REASON: { readonly [by: string]: string } = {
  timeout: "Cancelled because nobody answered in time",
};
