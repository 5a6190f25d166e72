import type { JsonObject } from "../../lang/json.ts";
import { after, type EpochMs, earliest, rfc3339 } from "../../lang/time.ts";
import { endedAttempt, failed } from "../job/attempt-end.ts";
import { recordedMove } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import type { Ended, StepError, Waiting } from "../job/step.ts";
import { type RunningStep, type WaitingStep, withState } from "../job/with-step.ts";
import { failureOf, type LogLine } from "../plugin/outcome.ts";
import { ASKS_MAX, type Ask, type WaitId, waitId } from "./ask.ts";

/**
 * Attempts that a job may have behind it when it asks: each is part of its document, and after the answer
 * as many may follow as a policy allows.
 */
const PAST_MAX = 100;

/** running -> waiting: the attempt is over, and somebody outside has to say how to go on. */
export function asked(
  job: Job,
  step: RunningStep,
  {
    ask,
    logs,
    now,
  }: { readonly ask: Ask; readonly logs: readonly LogLine[]; readonly now: EpochMs },
): Job {
  const before = asksOf(job);
  if (before >= ASKS_MAX || step.past.length >= PAST_MAX) {
    return failed(job, step, { failure: { ...TOO_MANY, logs }, jitter: 0, now });
  }
  const { attempt } = step.state;
  const id = waitId(`w${before + 1}`);
  const state: Waiting = {
    status: "waiting",
    attempt,
    waitId: id,
    ask,
    askedAt: now,
    until: untilOf(job, ask, now),
  };
  const ended = endedAttempt(step, { at: now, error: null, asked: id, logs, excerpt: null });
  return recordedMove(withState(job, step, { state, ended }), step.plan.id, {
    type: "job.waiting",
    at: now,
    attempt,
    data: waitingData(state),
  });
}

/** What the event says of a question: the snapshot that comes with it has all of it. */
export function waitingData({ waitId: id, until }: Waiting): JsonObject {
  return { wait_id: id, for: "input", until: rfc3339(until) };
}

/** waiting -> failed: nobody has answered in time, and the plugin wanted it to end of that. */
export function unanswered(job: Job, step: WaitingStep, now: EpochMs): Job {
  const { attempt, waitId: id } = step.state;
  const error: StepError = {
    code: "wait_timed_out",
    message: "Nobody answered in time what the job asked",
    category: "wait_timed_out",
    retryable: false,
    attempt,
  };
  const state: Ended = { status: "failed", attempt, finishedAt: now, error };
  return recordedMove(withState(job, step, { state }), step.plan.id, {
    type: "job.failed",
    at: now,
    attempt,
    data: { reason: error.category, wait_id: id },
  });
}

const TOO_MANY = failureOf("plugin_error", `A job can ask at most ${ASKS_MAX} times`, {
  code: "too_many_questions",
  retryable: false,
});

/** Questions are numbered through the whole job, so that no two of them have one name. */
function asksOf({ steps }: Job): number {
  const names: readonly (WaitId | null)[] = steps.flatMap(({ past }) =>
    past.map((each) => each.asked),
  );
  return names.filter((name) => name !== null).length;
}

/** Nobody can answer for longer than the job may take. */
function untilOf({ endBy }: Job, { timeoutMs }: Ask, now: EpochMs): EpochMs {
  return earliest(after(now, timeoutMs), ...(endBy === null ? [] : [endBy]));
}
