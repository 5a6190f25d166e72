import { after, type DurationMs, type EpochMs, rfc3339 } from "../../lang/time.ts";
import type { Failure, LogLine, Success } from "../plugin/outcome.ts";
import { INTERACTIVE_RETRY, retryDelayMs } from "../retry/retry.ts";
import type { Decision } from "./decision.ts";
import type { EventType } from "./event.ts";
import { recorded } from "./history.ts";
import type { Job } from "./job.ts";
import type {
  AttemptToken,
  BackingOff,
  Ended,
  PastAttempt,
  Runner,
  Step,
  StepError,
} from "./step.ts";
import { type RunningStep, withState } from "./with-step.ts";

/** An attempt that is about to begin. */
export type Start = {
  readonly attempt: number;
  readonly runner: Runner;
  readonly token: AttemptToken;
};

/** queued or backing off -> running: hands out the lease, for the deadline that starts now. */
export function started(job: Job, step: Step, { start, now }: { start: Start; now: EpochMs }): Job {
  const { leaseMs, guardMs } = job.timings;
  const running = withState(job, step, {
    state: {
      status: "running",
      ...start,
      phase: "working",
      startedAt: now,
      leaseExpiresAt: after(now, start.runner === "object" ? guardMs : leaseMs),
      deadlineAt: after(now, step.plan.timeoutMs),
    },
  });
  // A Worker plugin works as soon as it is called, so both phases share this commit; each is an event.
  const { attempt } = start;
  const loading = recorded(running, {
    type: "job.running",
    at: now,
    attempt,
    data: { phase: "loading" },
  });
  return recorded(loading, { type: "job.running", at: now, attempt, data: { phase: "working" } });
}

/** Starts attempt `attempt` where the plan says: here and now, or by a message to the queue. */
export function dispatched(
  job: Job,
  step: Step,
  {
    attempt,
    token,
    now,
  }: { readonly attempt: number; readonly token: AttemptToken; readonly now: EpochMs },
): Decision {
  const id = step.plan.id;
  if (step.plan.dispatch === "direct") {
    const start: Start = { attempt, runner: "object", token };
    return {
      job: started(job, step, { start, now }),
      effects: [{ kind: "call", step: id, token }],
    };
  }
  const sendAgainAt = after(now, job.timings.sendAgainMs);
  return {
    job: withState(job, step, { state: { status: "queued", attempt, sends: 1, sendAgainAt } }),
    effects: [{ kind: "send", step: id, attempt }],
  };
}

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
    },
    ended: endedAttempt(step, { at: at.now, error: null, logs: at.success.logs, excerpt: null }),
  });
  return recorded(moved, { type: "job.succeeded", at: at.now, attempt, data: {} });
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

  if (retryable && attempt < step.plan.retry.maxAttempts) {
    const retryAt = after(now, failure.retryAfterMs ?? delayMs(step, failure, jitter));
    const state: BackingOff = { status: "backing_off", attempt: attempt + 1, retryAt, error };
    const moved = withState(job, step, { state, ended });
    return recorded(moved, {
      type: "job.retry_scheduled",
      at: now,
      attempt,
      data: { reason, next_retry_at: rfc3339(retryAt) },
    });
  }

  const status = endStatus(failure);
  const moved = withState(job, step, { state: { status, attempt, finishedAt: now, error }, ended });
  return recorded(moved, {
    type: EVENT_OF_END[status],
    at: now,
    attempt,
    data: { reason: retryable ? "attempts_exhausted" : reason },
  });
}

/**
 * A lost attempt says nothing against the plugin: a deploy or a crash took it. It is tried again as
 * soon as an interactive caller would expect, whatever rest the plugin asks for after real failures.
 */
function delayMs(step: Step, failure: Failure, jitter: number): DurationMs {
  const attempt = step.state.attempt;
  const policy = failure.reason === "lease_lost" ? INTERACTIVE_RETRY : step.plan.retry;
  return retryDelayMs(policy, attempt, jitter);
}

function endStatus(failure: Failure): Ended["status"] {
  if (!failure.retryable) return "failed";
  return failure.reason === "timeout" ? "timed_out" : "dead";
}

const EVENT_OF_END: { readonly [status in Ended["status"]]: EventType } = {
  failed: "job.failed",
  timed_out: "job.timed_out",
  dead: "job.dead",
};

function endedAttempt(
  step: RunningStep,
  end: {
    readonly at: EpochMs;
    readonly error: StepError | null;
    readonly logs: readonly LogLine[];
    readonly excerpt: string | null;
  },
): PastAttempt {
  const { attempt, startedAt } = step.state;
  return {
    attempt,
    startedAt,
    endedAt: end.at,
    error: end.error,
    logs: end.logs,
    excerpt: end.excerpt,
  };
}
