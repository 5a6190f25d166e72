import { type Answered, type Ask, waitId } from "../../src/core/ask/ask.ts";
import type { Submission } from "../../src/core/job/command.ts";
import type { JobEvent } from "../../src/core/job/event.ts";
import { type Job, jobId } from "../../src/core/job/job.ts";
import {
  attemptToken,
  type BackingOff,
  type Delayed,
  type Ended,
  type LinedUp,
  ONLY_STEP,
  type PastAttempt,
  type Progress,
  type Queued,
  type Running,
  type StepError,
  type StepPlan,
  type StepState,
  type Succeeded,
  type Waiting,
} from "../../src/core/job/step.ts";
import { TIMINGS } from "../../src/core/job/timings.ts";
import { DEFAULT_BREAKER } from "../../src/core/plugin/plugin-settings.ts";
import { DEFAULT_RETRY } from "../../src/core/retry/retry.ts";
import { days, type EpochMs, epochMs, seconds } from "../../src/lang/time.ts";

/** The instant at which every job of these tests was submitted. */
export const T0 = epochMs(1_800_000_000_000);

export function at(ms: number): EpochMs {
  return epochMs(T0 + ms);
}

export const TOKEN = attemptToken("token-1");

export function aPlan(over: Partial<StepPlan> = {}): StepPlan {
  return {
    id: ONLY_STEP,
    plugin: "lab",
    command: "echo",
    transport: "binding",
    binding: "PLUGIN_LAB",
    dispatch: "queue",
    retry: DEFAULT_RETRY,
    timeoutMs: seconds(120),
    lane: null,
    ...over,
  };
}

export function aSubmission(over: Partial<Submission> = {}): Submission {
  return {
    id: jobId("job-1"),
    origin: "http://gateway.test",
    submittedBy: "api",
    payload: { text: "hello" },
    event: null,
    tags: [],
    metadata: {},
    traceparent: null,
    keepsResult: true,
    retryOf: null,
    maxDurationMs: null,
    startAt: null,
    retentionMs: days(30),
    timings: TIMINGS,
    breaker: { policy: DEFAULT_BREAKER, isProbe: false },
    callbacks: [],
    plan: aPlan(),
    ...over,
  };
}

export const anError: StepError = {
  code: "boom",
  message: "It broke",
  retryable: true,
  category: "plugin_error",
  attempt: 1,
};

export function aPastAttempt(over: Partial<PastAttempt> = {}): PastAttempt {
  return {
    attempt: 1,
    startedAt: T0,
    deadlineAt: at(120_000),
    endedAt: at(1000),
    error: anError,
    asked: null,
    logs: [],
    excerpt: null,
    ...over,
  };
}

/** A question of a minute: which of two colours. */
export function anAsk(over: Partial<Ask> = {}): Ask {
  return {
    view: { title: "Which colour?", options: [{ id: "blue" }, { id: "red" }] },
    schema: {
      type: "object",
      properties: { choice: { enum: ["blue", "red"] } },
      required: ["choice"],
    },
    timeoutMs: seconds(60),
    onTimeout: { kind: "fail" },
    ...over,
  };
}

/** Builders for a step in each state. Every field has a plain default. */
export const aState = {
  delayed: (over: Partial<Delayed> = {}): Delayed => ({
    status: "delayed",
    attempt: 1,
    startAt: at(60_000),
    ...over,
  }),
  lined_up: (over: Partial<LinedUp> = {}): LinedUp => ({
    status: "lined_up",
    attempt: 1,
    since: T0,
    asks: 1,
    askAgainAt: at(15_000),
    ...over,
  }),
  queued: (over: Partial<Queued> = {}): Queued => ({
    status: "queued",
    attempt: 1,
    sends: 1,
    sendAgainAt: at(15_000),
    ...over,
  }),
  backing_off: (over: Partial<BackingOff> = {}): BackingOff => ({
    status: "backing_off",
    attempt: 2,
    retryAt: at(30_000),
    error: anError,
    ...over,
  }),
  running: (over: Partial<Running> = {}): Running => ({
    status: "running",
    attempt: 1,
    runner: "consumer",
    token: TOKEN,
    phase: "working",
    startedAt: T0,
    leaseExpiresAt: at(30_000),
    deadlineAt: at(120_000),
    batch: 0,
    outsideBatch: 0,
    hasOutput: false,
    logs: [],
    ...over,
  }),
  waiting: (over: Partial<Waiting> = {}): Waiting => ({
    status: "waiting",
    attempt: 1,
    waitId: waitId("w1"),
    ask: anAsk(),
    askedAt: at(1000),
    until: at(61_000),
    ...over,
  }),
  succeeded: (over: Partial<Succeeded> = {}): Succeeded => ({
    status: "succeeded",
    attempt: 1,
    finishedAt: at(1000),
    result: { text: "hello", output: { text: "hello" } },
    stateUpdates: null,
    ...over,
  }),
  failed: (over: Partial<Ended> = {}): Ended => anEnd("failed", over),
  timed_out: (over: Partial<Ended> = {}): Ended => anEnd("timed_out", over),
  dead: (over: Partial<Ended> = {}): Ended => anEnd("dead", over),
  cancelled: (over: Partial<Ended> = {}): Ended => anEnd("cancelled", over),
} satisfies Record<StepState["status"], () => StepState>;

function anEnd(status: Ended["status"], over: Partial<Ended>): Ended {
  return { status, attempt: 1, finishedAt: at(1000), error: anError, ...over };
}

/** What every job begins with. */
function aQueuedEvent({ id }: StepPlan): JobEvent {
  const state = aState.queued({ sends: 0, sendAgainAt: T0 });
  const stepThen = { step: id, state, past: 0, progress: null };
  return { seq: 1, type: "job.queued", at: T0, attempt: 1, data: {}, stepThen };
}

/** A job whose one step is in `state`. */
export function aJob(
  state: StepState,
  over: Partial<Job> & {
    readonly plan?: StepPlan;
    readonly past?: readonly PastAttempt[];
    readonly progress?: Progress | null;
    readonly attemptsBefore?: number;
    readonly answered?: Answered | null;
  } = {},
): Job {
  const { plan: _plan, startAt: _startAt, callbacks: _callbacks, ...rest } = aSubmission();
  const { plan = aPlan(), past = [], progress = null, ...others } = over;
  const { attemptsBefore = 0, answered = null, ...fields } = others;
  return {
    ...rest,
    createdAt: T0,
    endBy: null,
    events: [aQueuedEvent(plan)],
    movedSeq: 1,
    finalSeq: null,
    endpoints: [],
    ledger: [],
    artifacts: [],
    hasStored: false,
    steps: [{ plan, past, progress, attemptsBefore, answered, state }],
    ...fields,
  };
}
