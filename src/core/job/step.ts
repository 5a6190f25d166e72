import type { Brand } from "../../lang/brand.ts";
import type { DurationMs, EpochMs } from "../../lang/time.ts";
import type { Answered, Ask, WaitId } from "../ask/ask.ts";
import type { StateUpdates } from "../lane/state.ts";
import type { Dispatch } from "../plugin/manifest.ts";
import type { Failure, FailureReason, JobResult, LogLine } from "../plugin/outcome.ts";
import type { Transport } from "../plugin/plugin-settings.ts";
import type { RetryPolicy } from "../retry/retry.ts";

/** Names a step within its job. */
export type StepId = Brand<string, "step-id">;

export function stepId(value: string): StepId {
  return value as StepId;
}

/** The one step of a plain trigger. */
export const ONLY_STEP: StepId = stepId("main");

/** Names the right to report one attempt: drawn at random by the shell, spent by the report. */
export type AttemptToken = Brand<string, "attempt-token">;

export function attemptToken(value: string): AttemptToken {
  return value as AttemptToken;
}

/** One node of a job's plan, and how far it got. */
export type Step = {
  readonly plan: StepPlan;
  /** Attempts that ended, in order. The running one is in `state`. */
  readonly past: readonly PastAttempt[];
  /** What the newest attempt last said of how far it is; `null` while it has said nothing. */
  readonly progress: Progress | null;
  /** Attempts made before it was last resumed: its retries begin anew then. 0 = it never was. */
  readonly attemptsBefore: number;
  /** The newest answer to what it asked; `null` = nobody has answered anything. */
  readonly answered: Answered | null;
  readonly state: StepState;
};

/** How far an attempt is, in its own words. At least one of the two. */
export type Progress = {
  /** 0 to 100. */
  readonly percent: number | null;
  readonly message: string | null;
};

/** What is to be done. Fixed at submission: a job keeps the plan it started with. */
export type StepPlan = {
  readonly id: StepId;
  readonly plugin: string;
  readonly command: string;
  readonly transport: Transport["kind"];
  /** The service binding that reaches the plugin, for example `PLUGIN_TEXT`; `null` for another transport. */
  readonly binding: string | null;
  readonly dispatch: Dispatch;
  readonly retry: RetryPolicy;
  /** How long one attempt may run, from claim to answer, before the grace. */
  readonly timeoutMs: DurationMs;
  /** The line that its attempts stand in for a slot of the plugin's; `null` = they need none. */
  readonly lane: LanePlan | null;
};

/** What an attempt needs of its plugin's lane. */
export type LanePlan = {
  /** Attempts of the plugin at once; `null` = only its state is guarded. */
  readonly concurrency: number | null;
  /** It is given the plugin's state document, so it runs alone among its like. */
  readonly isStateful: boolean;
};

/** One member per state: what a state cannot have, it has no field for. */
export type StepState =
  | Delayed
  | LinedUp
  | Queued
  | BackingOff
  | Running
  | Waiting
  | Succeeded
  | Ended;

/** Starts later, because the caller said so. On the wire this is `queued`. */
export type Delayed = {
  readonly status: "delayed";
  readonly attempt: number;
  readonly startAt: EpochMs;
};

/** Stands in its plugin's lane for a slot, until it is granted one. On the wire this is `queued`. */
export type LinedUp = {
  readonly status: "lined_up";
  readonly attempt: number;
  /** When it came: who came first is served first. */
  readonly since: EpochMs;
  /** How often the lane was asked, from 1. */
  readonly asks: number;
  /** When it is asked again: the grant may have got lost. */
  readonly askAgainAt: EpochMs;
};

/** Handed to the queue and not yet claimed. Until the claim, the message is owed: see `wakeAt`. */
export type Queued = {
  readonly status: "queued";
  /** The attempt to come, from 1. */
  readonly attempt: number;
  /** Messages sent for this attempt so far, from 1. */
  readonly sends: number;
  /** When the message is sent again, unless somebody claims the attempt before. */
  readonly sendAgainAt: EpochMs;
};

/** The last attempt failed; the next one starts at `retryAt`. On the wire this is `queued`. */
export type BackingOff = {
  readonly status: "backing_off";
  readonly attempt: number;
  readonly retryAt: EpochMs;
  /** What the last attempt failed of. */
  readonly error: StepError;
};

/** Who is making the call; `outside` once the plugin has said that somebody else will complete it. */
export type Runner = "object" | "consumer" | "outside";

/** `loading`: handed over. `working`: a Worker plugin as soon as it is called, others when they speak. */
export type Phase = "loading" | "working";

/** An attempt holds the lease. */
export type Running = {
  readonly status: "running";
  readonly attempt: number;
  readonly runner: Runner;
  readonly token: AttemptToken;
  readonly phase: Phase;
  readonly startedAt: EpochMs;
  /** Extended by whoever runs the attempt; once past, the attempt is lost. */
  readonly leaseExpiresAt: EpochMs;
  /** Never extended. After it and the grace, the attempt has timed out. */
  readonly deadlineAt: EpochMs;
  /** The number of the newest batch of side calls that the runner passed on, from 1; 0 = none yet. */
  readonly batch: number;
  /** The same for those that came from outside, over HTTP. */
  readonly outsideBatch: number;
  /** Whether it has given partial text: the first of a later attempt tells readers to start over. */
  readonly hasOutput: boolean;
  /** What it logged when it said that somebody else will complete it; else empty. */
  readonly logs: readonly LogLine[];
};

/** An attempt ended with a question. Until somebody answers, nothing runs and no slot is held. */
export type Waiting = {
  readonly status: "waiting";
  /** The attempt that asked. */
  readonly attempt: number;
  readonly waitId: WaitId;
  readonly ask: Ask;
  readonly askedAt: EpochMs;
  /** When nobody has answered in time: never after the job's own end. */
  readonly until: EpochMs;
};

export type Succeeded = {
  readonly status: "succeeded";
  readonly attempt: number;
  readonly finishedAt: EpochMs;
  /** `null` when the job does not keep it. */
  readonly result: JobResult | null;
  /** What it changes of the plugin's state: the lane takes it with the slot, and may ask for it again. */
  readonly stateUpdates: StateUpdates | null;
};

/**
 * Ended without success: `failed` (useless to try again), `timed_out` or `dead` (attempts used up),
 * `cancelled` (somebody said so).
 */
export type Ended = {
  readonly status: "failed" | "timed_out" | "dead" | "cancelled";
  readonly attempt: number;
  readonly finishedAt: EpochMs;
  readonly error: StepError;
};

/** The last failure in words. */
export type StepError = Pick<Failure, "code" | "message" | "retryable"> & {
  /** The kind of failure, for programs. */
  readonly category: FailureReason | "cancelled" | "wait_timed_out";
  readonly attempt: number;
};

/** What one attempt left behind. */
export type PastAttempt = {
  /** From 1. */
  readonly attempt: number;
  readonly startedAt: EpochMs;
  /** When it should have answered by. */
  readonly deadlineAt: EpochMs;
  readonly endedAt: EpochMs;
  /** `null` = it succeeded, or asked. */
  readonly error: StepError | null;
  /** What it asked, where it ended with a question; else `null`. */
  readonly asked: WaitId | null;
  /** At most 64 KiB. */
  readonly logs: readonly LogLine[];
  /** The beginning of an answer that broke the protocol, at most 64 KiB. */
  readonly excerpt: string | null;
};

const IS_FINAL: { readonly [status in StepState["status"]]: boolean } = {
  delayed: false,
  lined_up: false,
  queued: false,
  backing_off: false,
  running: false,
  waiting: false,
  succeeded: true,
  failed: true,
  timed_out: true,
  dead: true,
  cancelled: true,
};

export function isFinal(state: StepState): state is Succeeded | Ended {
  return IS_FINAL[state.status];
}
