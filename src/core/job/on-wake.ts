import { unreachable } from "../../lang/invariant.ts";
import { ok } from "../../lang/result.ts";
import { after, between, type DurationMs, durationMs, type EpochMs } from "../../lang/time.ts";
import type { Answered } from "../ask/ask.ts";
import { unanswered } from "../ask/asked.ts";
import { resumed } from "../ask/on-resume.ts";
import { owesAnybody, wokenEndpoint } from "../callback/wake-endpoint.ts";
import { failureOf } from "../plugin/outcome.ts";
import { failed, outOfTime } from "./attempt-end.ts";
import { dispatched } from "./attempt-start.ts";
import type { Wake } from "./command.ts";
import type { Decided, Decision } from "./decision.ts";
import type { Job } from "./job.ts";
import { endingOf, expiresAt } from "./status.ts";
import { isFinal, type LinedUp, type Queued, type Step } from "./step.ts";
import { type RunningStep, type WaitingStep, withState } from "./with-step.ts";

/**
 * Does what is due: sends again, starts retries, goes on without an answer, ends attempts that ran out of time, rescues those
 * whose runner is gone, removes what is past its retention. What is not due stays as it is.
 */
export function onWake(job: Job, command: Wake, now: EpochMs): Decided {
  const ending = endingOf(job);
  // It stays until everyone has been told, or given up on, however long that takes.
  if (ending !== null && now >= expiresAt(job, ending) && !owesAnybody(job)) {
    return ok({ job, effects: [{ kind: "erase" }] });
  }
  const steps = inTurn(job, job.steps, (so, step) => wokenStep(so, step, { command, now }));
  const { endpoints } = steps.job;
  const told = inTurn(steps.job, endpoints, (so, endpoint) => wokenEndpoint(so, endpoint, now));
  return ok({ job: told.job, effects: [...steps.effects, ...told.effects] });
}

/** One decision after the other, as one. */
function inTurn<Item>(
  job: Job,
  items: readonly Item[],
  decide: (job: Job, item: Item) => Decision,
): Decision {
  const start: Decision = { job, effects: [] };
  return items.reduce<Decision>((so, item) => {
    const next = decide(so.job, item);
    return { job: next.job, effects: [...so.effects, ...next.effects] };
  }, start);
}

type Context = { readonly command: Wake; readonly now: EpochMs };

function wokenStep(job: Job, step: Step, context: Context): Decision {
  const { state } = step;
  const isResting = !isFinal(state) && state.status !== "running";
  // A running attempt has a deadline that is no later, and the grace to keep it.
  if (isResting && job.endBy !== null && context.now >= job.endBy) {
    return { job: outOfTime(job, step, context.now), effects: [] };
  }
  switch (state.status) {
    case "delayed":
      return wokenResting(job, step, { ...context, attempt: state.attempt, at: state.startAt });
    case "lined_up":
      return wokenLinedUp(job, { ...step, state }, context.now);
    case "queued":
      return wokenQueued(job, { ...step, state }, context.now);
    case "backing_off":
      return wokenResting(job, step, { ...context, attempt: state.attempt, at: state.retryAt });
    case "running":
      return { job: wokenRunning(job, { ...step, state }, context), effects: [] };
    case "waiting":
      return wokenWaiting(job, { ...step, state }, context);
    case "succeeded":
    case "failed":
    case "timed_out":
    case "dead":
    case "cancelled":
      // A final step waits for nothing; only the job as a whole expires.
      return { job, effects: [] };
    default:
      return unreachable(state);
  }
}

/** The queue is a hint: a message that nobody claimed in time is sent again, ever less often. */
function wokenQueued(job: Job, step: Step & { readonly state: Queued }, now: EpochMs): Decision {
  const { attempt, sends, sendAgainAt } = step.state;
  if (now < sendAgainAt) return { job, effects: [] };

  const again = after(now, restMs(job, sends));
  const state: Queued = { ...step.state, sends: sends + 1, sendAgainAt: again };
  return {
    job: withState(job, step, { state }),
    effects: [{ kind: "send", step: step.plan.id, attempt }],
  };
}

/** A lane that has not answered in time is asked again; the place in the line stays what it was. */
function wokenLinedUp(job: Job, step: Step & { readonly state: LinedUp }, now: EpochMs): Decision {
  const { attempt, since, asks, askAgainAt } = step.state;
  if (now < askAgainAt) return { job, effects: [] };

  const again = after(now, restMs(job, asks));
  const state: LinedUp = { ...step.state, asks: asks + 1, askAgainAt: again };
  return {
    job: withState(job, step, { state }),
    effects: [{ kind: "line_up", step: step.plan.id, attempt, since }],
  };
}

function restMs({ timings }: Job, asked: number): DurationMs {
  return durationMs(Math.min(timings.sendAgainMs * 2 ** asked, timings.sendAgainMsMax));
}

/** A rest that is over, between two attempts or before the first one. */
function wokenResting(
  job: Job,
  step: Step,
  { command, now, attempt, at }: Context & { readonly attempt: number; readonly at: EpochMs },
): Decision {
  if (now < at) return { job, effects: [] };
  return dispatched(job, step, { attempt, token: command.token, now });
}

/** Nobody has answered in time: what happens then came with the question. */
function wokenWaiting(job: Job, step: WaitingStep, { command, now }: Context): Decision {
  const { until, waitId, ask } = step.state;
  if (now < until) return { job, effects: [] };
  if (ask.onTimeout.kind === "fail") return { job: unanswered(job, step, now), effects: [] };
  const { action, values } = ask.onTimeout;
  const answered: Answered = { waitId, action, values, by: "timeout", at: now };
  return resumed(job, step, { answered, token: command.token });
}

function wokenRunning(job: Job, step: RunningStep, { command, now }: Context): Job {
  const { runner, token, startedAt, deadlineAt, leaseExpiresAt } = step.state;
  const { jitter } = command;
  if (now >= after(deadlineAt, job.timings.graceMs)) {
    const failure = failureOf("timeout", `No answer within ${between(startedAt, deadlineAt)} ms`);
    return failed(job, step, { failure, jitter, now });
  }

  const isHeld = runner === "object" && command.held.includes(token);
  const isLost = runner === "object" ? !isHeld : now >= leaseExpiresAt;
  if (isLost) {
    const failure = failureOf("lease_lost", "The attempt was cut off before it could answer");
    return failed(job, step, { failure, jitter, now });
  }

  if (isHeld && now >= leaseExpiresAt) {
    const state = { ...step.state, leaseExpiresAt: after(now, job.timings.guardMs) };
    return withState(job, step, { state });
  }
  return job;
}
