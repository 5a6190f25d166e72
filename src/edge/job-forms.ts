import type { Job } from "../core/job/job.ts";
import type { Step, StepState } from "../core/job/step.ts";
import { DEFAULT_BREAKER } from "../core/plugin/settings.ts";
import { mapNonEmpty } from "../lang/non-empty.ts";

/**
 * The form in which jobs are written. 1: without lanes, breakers, time limits and plugins over HTTP. A
 * newer Holdline reads older forms, because jobs outlive a deploy; what it changes, it writes anew.
 */
export type JobForm = 1 | 2;

export const JOB_FORM = 2;

/** A job as it is read today, whichever form it was written in. */
export function jobOfForm(form: JobForm, job: Job): Job {
  if (form === JOB_FORM) return job;
  return { ...JOB_OF_1, ...job, steps: mapNonEmpty(job.steps, stepOfForm1) };
}

/** What every job of form 1 had, without saying so. */
const JOB_OF_1 = {
  retryOf: null,
  maxDurationMs: null,
  endBy: null,
  breaker: { policy: DEFAULT_BREAKER, isProbe: false },
} satisfies Partial<Job>;

const PLAN_OF_1 = { transport: "binding", lane: null } satisfies Partial<Step["plan"]>;

function stepOfForm1(step: Step): Step {
  return { ...step, plan: { ...PLAN_OF_1, ...step.plan }, state: stateOfForm1(step.state) };
}

function stateOfForm1(state: StepState): StepState {
  if (state.status === "running") return { ...{ outsideBatch: 0, logs: [] }, ...state };
  return state.status === "succeeded" ? { ...{ stateUpdates: null }, ...state } : state;
}
