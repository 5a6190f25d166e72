import { after, type EpochMs } from "../../lang/time.ts";
import type { Decision } from "./decision.ts";
import { recordedMove } from "./history.ts";
import type { Job } from "./job.ts";
import type { AttemptToken, Phase, Queued, Runner, Running, Step } from "./step.ts";
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
  const state: Running = {
    status: "running",
    ...start,
    phase: "loading",
    startedAt: now,
    leaseExpiresAt: after(now, start.runner === "object" ? guardMs : leaseMs),
    deadlineAt: after(now, step.plan.timeoutMs),
    batch: 0,
    hasOutput: false,
  };
  // A Worker plugin works as soon as it is called, so both phases share this commit; each is an event.
  const fresh = { ...step, progress: null };
  const loading = inPhase(job, { ...fresh, state }, { phase: "loading", now });
  return inPhase(loading, { ...fresh, state }, { phase: "working", now });
}

function inPhase(job: Job, step: RunningStep, { phase, now }: { phase: Phase; now: EpochMs }): Job {
  const { attempt } = step.state;
  const moved = withState(job, step, { state: { ...step.state, phase } });
  return recordedMove(moved, step.plan.id, {
    type: "job.running",
    at: now,
    attempt,
    data: { phase },
  });
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
  const state: Queued = { status: "queued", attempt, sends: 1, sendAgainAt };
  const queued = withState(job, step, { state });
  // The first attempt's event is the submission's; a later one comes back from its rest.
  const isBack = step.state.status === "backing_off";
  return {
    job: isBack
      ? recordedMove(queued, id, { type: "job.queued", at: now, attempt, data: {} })
      : queued,
    effects: [{ kind: "send", step: id, attempt }],
  };
}
