import type { JsonObject } from "../../lang/json.ts";
import type { EpochMs } from "../../lang/time.ts";
import type { Artifact } from "../artifact/artifact.ts";
import type { ResumeAction, WaitId } from "../ask/ask.ts";
import type { Delivery, DeliveryAttempt } from "../callback/delivery.ts";
import type { Callback } from "../callback/endpoint.ts";
import type { Verdict } from "../callback/verdict.ts";
import type { SeatNews, SeatRefresh } from "../channel/seat.ts";
import type { Outcome } from "../plugin/outcome.ts";
import type { Job } from "./job.ts";
import type { SideCalls } from "./side-calls.ts";
import type { AttemptToken, Runner, StepId, StepPlan } from "./step.ts";

/** What a job may be asked to do. Chance is drawn by the shell and travels in the command. */
export type Command =
  | Submit
  | Grant
  | Claim
  | Extend
  | Progressed
  | ExpectArtifact
  | KeepArtifact
  | Report
  | Cancel
  | Resume
  | Attach
  | BeginDelivery
  | NoteDelivery
  | AnswerInline
  | Resend
  | Wake;

/** Makes the job. The first command, and the only one an absent job takes. */
export type Submit = {
  readonly kind: "submit";
  readonly submission: Submission;
  /** For the first attempt, where the object runs it itself. */
  readonly token: AttemptToken;
};

/** What a job is made of: everything about it but its history. */
export type Submission = Omit<Job, Later> & {
  readonly plan: StepPlan;
  /** Who is told of it: at most `ENDPOINTS_MAX`. */
  readonly callbacks: readonly Callback[];
  /** When the first attempt may start; `null`, or a time that is over, means at once. */
  readonly startAt: EpochMs | null;
};

/** What comes to a job with its submission and after it. */
type Later =
  | "createdAt"
  | "endBy"
  | "events"
  | "movedSeq"
  | "finalSeq"
  | "steps"
  | "endpoints"
  | "ledger"
  | "artifacts"
  | "hasStored";

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

/** Says that an attempt is about to store something of the job's. */
export type ExpectArtifact = {
  readonly kind: "expect_artifact";
  readonly step: StepId;
  readonly token: AttemptToken;
  readonly name: string;
};

/** Gives the job something that a running attempt has stored. */
export type KeepArtifact = {
  readonly kind: "keep_artifact";
  readonly step: StepId;
  readonly token: AttemptToken;
  readonly artifact: Artifact;
};

/** Says how an attempt ended. */
export type Report = {
  readonly kind: "report";
  readonly step: StepId;
  readonly token: AttemptToken;
  readonly outcome: Outcome;
  /** What it said on the way and nobody has passed on yet, in order. */
  readonly batches: readonly SideCalls[];
  /** What came with the answer, stored. */
  readonly artifacts: readonly Artifact[];
  /** Uniform in [0, 1), for the backoff. */
  readonly jitter: number;
};

/** Ends the job, whatever it is doing. */
export type Cancel = {
  readonly kind: "cancel";
  /** For people: it becomes the job's error message. */
  readonly reason: string;
};

/** Answers what the job asks, and lets it go on. */
export type Resume = {
  readonly kind: "resume";
  /** The question that is answered: an old answer resumes nothing. */
  readonly waitId: WaitId;
  readonly action: ResumeAction;
  readonly values: JsonObject;
  /** They fit the question's schema. What was not checked is only held against an answer that was taken. */
  readonly isChecked: boolean;
  /** Who answers: see `Answered`. */
  readonly by: string;
  /** Where they can be told from now on, when they answer in a channel; `null` = as before. */
  readonly seat: SeatRefresh | null;
  /** For the attempt that goes on, where the object runs it itself. */
  readonly token: AttemptToken;
};

/** Has these told of the job from now on: all of them, or none. */
export type Attach = { readonly kind: "attach"; readonly callbacks: readonly Callback[] };

/** Says that a call begins which must be remembered, however it ends. */
export type BeginDelivery = {
  readonly kind: "begin_delivery";
  readonly endpoint: number;
  readonly seq: number;
  /** The attempt at it that the call is, from 1. */
  readonly attempt: number;
  /** Whether it must not be made twice. */
  readonly isOnce: boolean;
  readonly news: SeatNews;
};

/** Asks for what a seat can be told with its acknowledgement, which is about to be given. */
export type AnswerInline = {
  readonly kind: "answer_inline";
  readonly endpoint: number;
  /** The event whose telling fits into an acknowledgement; `null` = none does. */
  readonly fits: number | null;
};

/** Says how an attempt to deliver went. */
export type NoteDelivery = {
  readonly kind: "note_delivery";
  readonly endpoint: number;
  /** The event that was told, and which attempt at it this was, from 1. */
  readonly seq: number;
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly last: DeliveryAttempt;
  /** What it changes of the talk with a seat. */
  readonly news: SeatNews;
  /** Uniform in [0, 1), for the backoff. */
  readonly jitter: number;
};

/** Asks for a delivery once more. */
export type Resend = {
  readonly kind: "resend";
  /** As the ledger has it, or as it is owed. */
  readonly delivery: Delivery & { readonly endpoint: number };
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
