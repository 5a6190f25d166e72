import type { EpochMs } from "../../lang/time.ts";
import type { Outcome } from "../plugin/outcome.ts";
import type { Job } from "./job.ts";
import type { SideCalls } from "./side-calls.ts";
import type { AttemptToken, Runner, StepId, StepPlan } from "./step.ts";

/** What a job may be asked to do. Chance is drawn by the shell and travels in the command. */
export type Command = Submit | Grant | Claim | Extend | Progressed | Report | Cancel | Wake;

/** Makes the job. The first command, and the only one an absent job takes. */
export type Submit = {
  readonly kind: "submit";
  readonly submission: Submission;
  /** For the first attempt, where the object runs it itself. */
  readonly token: AttemptToken;
};

/** What a job is made of: everything about it but its history. */
export type Submission = Omit<Job, "createdAt" | "endBy" | "events" | "steps"> & {
  readonly plan: StepPlan;
  /** When the first attempt may start; `null`, or a time that is over, means at once. */
  readonly startAt: EpochMs | null;
};

/** Gives an attempt that stands in line its slot. */
export type Grant = {
  readonly kind: "grant";
  readonly step: StepId;
  /** The attempt that stood in line: an old grant starts nothing. */
  readonly attempt: number;
  /** For the attempt, where the object runs it itself. */
  readonly token: AttemptToken;
};

/** Asks for the lease of a queued attempt. */
export type Claim = {
  readonly kind: "claim";
  readonly step: StepId;
  /** The attempt that the message names: an old message claims nothing. */
  readonly attempt: number;
  readonly runner: Runner;
  /** Drawn by whoever claims, so that a claim may come twice. */
  readonly token: AttemptToken;
};

/** Says that a consumer is still at work. */
export type Extend = {
  readonly kind: "extend";
  readonly step: StepId;
  readonly token: AttemptToken;
};

/** Passes on what a running attempt said on the way. */
export type Progressed = {
  readonly kind: "progress";
  readonly step: StepId;
  readonly token: AttemptToken;
  readonly batch: SideCalls;
};

/** Says how an attempt ended. */
export type Report = {
  readonly kind: "report";
  readonly step: StepId;
  readonly token: AttemptToken;
  readonly outcome: Outcome;
  /** What it said on the way and nobody has passed on yet, in order. */
  readonly batches: readonly SideCalls[];
  /** Uniform in [0, 1), for the backoff. */
  readonly jitter: number;
};

/** Ends the job, whatever it is doing. */
export type Cancel = {
  readonly kind: "cancel";
  /** For people: it becomes the job's error message. */
  readonly reason: string;
};

/** Time has passed: whatever is due happens. Early, late and double ones are harmless. */
export type Wake = {
  readonly kind: "wake";
  /** The attempts that the job's own object remembers running; others of its runner are lost. */
  readonly held: readonly AttemptToken[];
  /** For an attempt that starts now in the object. */
  readonly token: AttemptToken;
  readonly jitter: number;
};
