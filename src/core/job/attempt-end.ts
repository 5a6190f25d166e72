import { after, type DurationMs, type EpochMs, rfc3339 } from "../../lang/time.ts";
import type { WaitId } from "../ask/ask.ts";
import type { Accepted, Failure, LogLine, Success } from "../plugin/outcome.ts";
import { fittingLogs } from "../plugin/response.ts";
import { INTERACTIVE_RETRY, retryDelayMs } from "../retry/retry.ts";
import type { EventType } from "./event.ts";
import { recordedMove } from "./history.ts";
import type { Job } from "./job.ts";
import type { BackingOff, Ended, PastAttempt, Step, StepError } from "./step.ts";
import { isRunning, type RunningStep, withState } from "./with-step.ts";

/** running -> succeeded. */
export function succeeded(
  job: Job,
  step: RunningStep,
  at: { success: Success; now: EpochMs },
): Job {
  const { attempt } = step.state;
  const moved = withState(job, step, {
    state: {
      status: "succeeded",
      attempt,
      finishedAt: at.now,
      result: job.keepsResult ? at.success.result : null,
      stateUpdates: at.success.stateUpdates,
    },
    ended: endedAttempt(step, { at: at.now, error: null, logs: at.success.logs, excerpt: null }),
  });
  return recordedMove(moved, step.plan.id, {
    type: "job.succeeded",
    at: at.now,
    attempt,
    data: {},
  });
}

/** running -> running: from now on the attempt lasts until somebody completes it, or its deadline. */
export function accepted(job: Job, step: RunningStep, { logs }: Accepted): Job {
  const { state } = step;
  if (state.runner === "outside") return job; // Said twice.
  const leaseExpiresAt = after(state.deadlineAt, job.timings.graceMs);
  return withState(job, step, {
    state: {
      ...state,
      runner: "outside",
      leaseExpiresAt,
      logs: fittingLogs([...state.logs, ...logs]),
    },
  });
}

/** running -> backing off while attempts are left and trying again can help, else over. */
export function failed(
  job: Job,
  step: RunningStep,
  { failure, jitter, now }: { failure: Failure; jitter: number; now: EpochMs },
): Job {
  const { attempt } = step.state;
  const { code, message, retryable, reason } = failure;
  const error: StepError = { code, message, category: reason, retryable, attempt };
  const ended = endedAttempt(step, {
    at: now,
    error,
    logs: failure.logs,
    excerpt: failure.excerpt,
  });

  const retryAt = after(now, failure.retryAfterMs ?? delayMs(step, failure, jitter));
  const isInTime = job.endBy === null || retryAt < job.endBy;
  const mayRetry = retryable && roundOf(step) < step.plan.retry.maxAttempts;
  if (mayRetry && isInTime) {
    const state: BackingOff = { status: "backing_off", attempt: attempt + 1, retryAt, error };
    const moved = withState(job, step, { state, ended });
    return recordedMove(moved, step.plan.id, {
      type: "job.retry_scheduled",
      at: now,
      attempt,
      data: { reason, next_retry_at: rfc3339(retryAt) },
    });
  }

  const status = endStatus(failure);
  const ending = mayRetry ? { ...error, message: `${message} ${NO_TIME_LEFT}` } : error;
  const moved = withState(job, step, {
    state: { status, attempt, finishedAt: now, error: ending },
    ended,
  });
  return recordedMove(moved, step.plan.id, {
    type: EVENT_OF_END[status],
    at: now,
    attempt,
    data: { reason: mayRetry ? "max_duration" : endReason(failure) },
  });
}

/** Resting -> timed out: what the whole job was given is over. */
export function outOfTime(job: Job, step: Step, now: EpochMs): Job {
  const { attempt } = step.state;
  const error: StepError = {
    code: "max_duration",
    message: "The job was not done in the time that a job may take (max_duration)",
    category: "timeout",
    retryable: false,
    attempt,
  };
  const state: Ended = { status: "timed_out", attempt, finishedAt: now, error };
  return recordedMove(withState(job, step, { state }), step.plan.id, {
    type: "job.timed_out",
    at: now,
    attempt,
    data: { reason: "max_duration" },
  });
}

/** Any open state -> cancelled. An attempt that runs ends with it. */
export function cancelled(
  job: Job,
  step: Step,
  { reason, now }: { readonly reason: string; readonly now: EpochMs },
): Job {
  const { attempt } = step.state;
  const error: StepError = {
    code: "cancelled",
    message: reason,
    category: "cancelled",
    retryable: false,
    attempt,
  };
  const state: Ended = { status: "cancelled", attempt, finishedAt: now, error };
  const moved = withState(job, step, {
    state,
    ...(isRunning(step)
      ? { ended: endedAttempt(step, { at: now, error, logs: [], excerpt: null }) }
      : {}),
  });
  const data = { reason };
  return recordedMove(moved, step.plan.id, { type: "job.cancelled", at: now, attempt, data });
}

/**
 * A lost attempt says nothing against the plugin: a deploy or a crash took it. It is tried again as
 * soon as an interactive caller would expect, whatever rest the plugin asks for after real failures.
 */
function delayMs(step: Step, failure: Failure, jitter: number): DurationMs {
  const policy = failure.reason === "lease_lost" ? INTERACTIVE_RETRY : step.plan.retry;
  return retryDelayMs(policy, roundOf(step), jitter);
}

/** Which attempt it is since the step was last resumed, from 1. */
function roundOf({ attemptsBefore, state }: Step): number {
  return state.attempt - attemptsBefore;
}

/** Said after what the attempt failed of, where another one could not begin in time. */
const NO_TIME_LEFT = "(no time is left for another attempt: max_duration)";

/** Why there is no further attempt. */
function endReason({ retryable, reason }: Failure): string {
  return retryable ? "attempts_exhausted" : reason;
}

type FailureEnd = Exclude<Ended["status"], "cancelled">;

function endStatus(failure: Failure): FailureEnd {
  if (!failure.retryable) return "failed";
  return failure.reason === "timeout" ? "timed_out" : "dead";
}

const EVENT_OF_END: { readonly [status in FailureEnd]: EventType } = {
  failed: "job.failed",
  timed_out: "job.timed_out",
  dead: "job.dead",
};

/** What is kept of an attempt that ran until now. */
export function endedAttempt(
  step: RunningStep,
  end: {
    readonly at: EpochMs;
    readonly error: StepError | null;
    readonly asked?: WaitId;
    readonly logs: readonly LogLine[];
    readonly excerpt: string | null;
  },
): PastAttempt {
  const { attempt, startedAt, deadlineAt } = step.state;
  return {
    attempt,
    startedAt,
    deadlineAt,
    endedAt: end.at,
    error: end.error,
    asked: end.asked ?? null,
    logs: fittingLogs([...step.state.logs, ...end.logs]),
    excerpt: end.excerpt,
  };
}
