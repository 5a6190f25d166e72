import { after, type EpochMs, earliest } from "../../lang/time.ts";
import type { Decision } from "./decision.ts";
import { recordedMove } from "./history.ts";
import type { Job } from "./job.ts";
import type {
  AttemptToken,
  LinedUp,
  Phase,
  Queued,
  Runner,
  Running,
  Step,
  StepPlan,
} from "./step.ts";
import { type RunningStep, withState } from "./with-step.ts";

/** An attempt that is about to begin. */
export type Start = {
  readonly attempt: number;
  readonly runner: Runner;
  readonly token: AttemptToken;
};

/** An attempt whose time has come, and a token for it where the object makes the call itself. */
type Due = { readonly attempt: number; readonly token: AttemptToken; readonly now: EpochMs };

/** queued, lined up or resting -> running: hands out the lease, for the deadline that starts now. */
export function started(job: Job, step: Step, { start, now }: { start: Start; now: EpochMs }): Job {
  const { leaseMs, guardMs } = job.timings;
  const state: Running = {
    status: "running",
    ...start,
    phase: "loading",
    startedAt: now,
    leaseExpiresAt: after(now, start.runner === "object" ? guardMs : leaseMs),
    deadlineAt: earliest(
      after(now, step.plan.timeoutMs),
      ...(job.endBy === null ? [] : [job.endBy]),
    ),
    batch: 0,
    outsideBatch: 0,
    hasOutput: false,
    logs: [],
  };
  const loading = inPhase(job, { ...step, progress: null, state }, { phase: "loading", now });
  // A Worker plugin works as soon as it is called, so both phases share this commit; each is an event.
  return step.plan.transport === "binding"
    ? working(loading.job, loading.step, now).job
    : loading.job;
}

/** A job, and a step that runs in it. */
export type AtWork = { readonly job: Job; readonly step: RunningStep };

/** loading -> working: the plugin is heard of. Once is enough. */
export function working(job: Job, step: RunningStep, now: EpochMs): AtWork {
  return step.state.phase === "working"
    ? { job, step }
    : inPhase(job, step, { phase: "working", now });
}

function inPhase(
  job: Job,
  step: RunningStep,
  { phase, now }: { phase: Phase; now: EpochMs },
): AtWork {
  const { attempt } = step.state;
  const moved: RunningStep = { ...step, state: { ...step.state, phase } };
  const happening = { type: "job.running", at: now, attempt, data: { phase } } as const;
  return {
    job: recordedMove(withState(job, moved, { state: moved.state }), step.plan.id, happening),
    step: moved,
  };
}

/** What an attempt waits for first, where its own event says so. Nothing has been done about it yet. */
export function onItsWay({ lane }: StepPlan, attempt: number, now: EpochMs): Queued | LinedUp {
  return lane === null
    ? { status: "queued", attempt, sends: 0, sendAgainAt: now }
    : { status: "lined_up", attempt, since: now, asks: 0, askAgainAt: now };
}

/** Starts an attempt, or where it needs a slot of its plugin's lane, has it stand in line for one. */
export function dispatched(job: Job, step: Step, due: Due): Decision {
  return step.plan.lane === null ? handedOut(job, step, due) : linedUp(job, step, due);
}

/** Starts an attempt where the plan says: here and now, or by a message to the queue. */
export function handedOut(job: Job, step: Step, { attempt, token, now }: Due): Decision {
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
  return {
    job: moved(job, step, { state, now }),
    effects: [{ kind: "send", step: id, attempt }],
  };
}

function linedUp(job: Job, step: Step, { attempt, now }: Due): Decision {
  const askAgainAt = after(now, job.timings.sendAgainMs);
  const state: LinedUp = { status: "lined_up", attempt, since: now, asks: 1, askAgainAt };
  return {
    job: moved(job, step, { state, now }),
    effects: [{ kind: "line_up", step: step.plan.id, attempt, since: now }],
  };
}

/** What it waits for is news, unless the submission or the resumption has said so already. */
function moved(
  job: Job,
  step: Step,
  { state, now }: { readonly state: Queued | LinedUp; readonly now: EpochMs },
): Job {
  const next = withState(job, step, { state });
  if (step.state.status === state.status) return next;
  const { attempt } = state;
  return recordedMove(next, step.plan.id, { type: "job.queued", at: now, attempt, data: {} });
}
