import { invariant } from "../../lang/invariant.ts";
import { mapNonEmpty } from "../../lang/non-empty.ts";
import { equalInConstantTime } from "../../lang/text.ts";
import type { Job } from "./job.ts";
import type {
  AttemptToken,
  PastAttempt,
  Running,
  Step,
  StepId,
  StepPlan,
  StepState,
  Waiting,
} from "./step.ts";

/** A step while an attempt of it runs. */
export type RunningStep = Step & { readonly state: Running };

/** A step that has asked something, and has no answer yet. */
export type WaitingStep = Step & { readonly state: Waiting };

/** The step of that name, or `undefined`: messages and reports name steps, and may be old or made up. */
export function findStep(job: Pick<Job, "steps">, id: StepId): Step | undefined {
  return job.steps.find(({ plan }) => plan.id === id);
}

/** The plan of one of the job's own steps. */
export function planOf(job: Pick<Job, "steps">, id: StepId): StepPlan {
  const step = findStep(job, id);
  invariant(step !== undefined, `Cannot find step ${id}: the job has none of that name`);
  return step.plan;
}

export function isRunning(step: Step): step is RunningStep {
  return step.state.status === "running";
}

export function isWaiting(step: Step): step is WaitingStep {
  return step.state.status === "waiting";
}

/** The step whose attempt holds this token, which may be made up: compared so that time tells nothing. */
export function stepHeldBy(job: Job, token: AttemptToken): RunningStep | undefined {
  return job.steps.filter(isRunning).find(({ state }) => equalInConstantTime(state.token, token));
}

/** The job with one step moved to `state`, its ended attempt (if any) kept. */
export function withState(
  job: Job,
  step: Step,
  next: { readonly state: StepState; readonly ended?: PastAttempt },
): Job {
  const past = next.ended === undefined ? step.past : [...step.past, next.ended];
  return withStep(job, { ...step, past, state: next.state });
}

/** The job with this step in the place of the one of the same name. */
export function withStep(job: Job, step: Step): Job {
  return {
    ...job,
    steps: mapNonEmpty(job.steps, (each) => (each.plan.id === step.plan.id ? step : each)),
  };
}
