import type { Delivery } from "../../core/callback/delivery.ts";
import type { Endpoint } from "../../core/callback/endpoint.ts";
import { isStateEvent } from "../../core/job/event.ts";
import { newestEvent } from "../../core/job/history.ts";
import type { Job } from "../../core/job/job.ts";
import { endingOf } from "../../core/job/status.ts";
import type { PastAttempt, Step, StepState } from "../../core/job/step.ts";
import { DEFAULT_BREAKER } from "../../core/plugin/plugin-settings.ts";
import { mapNonEmpty } from "../../lang/non-empty.ts";

/**
 * The form in which jobs are written. 1: without lanes, breakers, time limits and plugins over HTTP. 2:
 * without callbacks and artifacts. 3: without events, questions and channels. A newer Holdline reads older forms, because jobs outlive a deploy;
 * what it changes, it writes anew.
 */
export type JobForm = 1 | 2 | 3 | 4;

export const JOB_FORM = 4;

/** A job as it is read today, whichever form it was written in. */
export function jobOfForm(form: JobForm, job: Job): Job {
  if (form === JOB_FORM) return job;
  const read: Job = {
    ...JOB_OF_1,
    ...JOB_OF_2,
    ...JOB_OF_3,
    ...job,
    endpoints: (job.endpoints ?? []).map(endpointOfForm3),
    steps: mapNonEmpty(job.steps, stepOfForm1To3),
  };
  if (form === 3) return read;
  // Nothing came after the final event then.
  const finalSeq = endingOf(read) === null ? null : newestEvent(read).seq;
  const moved = read.events.findLast(isStateEvent) ?? newestEvent(read);
  return { ...read, movedSeq: moved.seq, finalSeq };
}

/** What every job of form 1 had, without saying so. */
const JOB_OF_1 = {
  retryOf: null,
  maxDurationMs: null,
  endBy: null,
  breaker: { policy: DEFAULT_BREAKER, isProbe: false },
} satisfies Partial<Job>;

/** And what every job had until form 2. */
const JOB_OF_2 = {
  movedSeq: 1,
  finalSeq: null,
  endpoints: [],
  ledger: [],
  artifacts: [],
  hasStored: false,
} satisfies Partial<Job>;

/** And until form 3. */
const JOB_OF_3 = { event: null } satisfies Partial<Job>;

function endpointOfForm3(endpoint: Endpoint): Endpoint {
  const owed = endpoint.owed.map((delivery) => ({ ...DELIVERY_OF_3, ...delivery }));
  return { ...ENDPOINT_OF_3, ...endpoint, owed };
}

const ENDPOINT_OF_3 = { seat: null, talk: null } satisfies Partial<Endpoint>;
const DELIVERY_OF_3 = { part: 0, begunAttempt: null } satisfies Partial<Delivery>;

const PLAN_OF_1 = { transport: "binding", lane: null } satisfies Partial<Step["plan"]>;

const STEP_OF_3 = { attemptsBefore: 0, answered: null } satisfies Partial<Step>;

const PAST_OF_3 = { asked: null } satisfies Partial<PastAttempt>;

function stepOfForm1To3(step: Step): Step {
  return {
    ...STEP_OF_3,
    ...step,
    plan: { ...PLAN_OF_1, ...step.plan },
    past: step.past.map((past) => ({ ...PAST_OF_3, ...past })),
    state: stateOfForm1(step.state),
  };
}

function stateOfForm1(state: StepState): StepState {
  if (state.status === "running") return { ...{ outsideBatch: 0, logs: [] }, ...state };
  return state.status === "succeeded" ? { ...{ stateUpdates: null }, ...state } : state;
}
