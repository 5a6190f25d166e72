import { waitId } from "../../src/core/ask/ask.ts";
import type { Callback } from "../../src/core/callback/endpoint.ts";
import type {
  AnswerInline,
  Attach,
  BeginDelivery,
  Cancel,
  Claim,
  Command,
  ExpectArtifact,
  Extend,
  Grant,
  KeepArtifact,
  NoteDelivery,
  Progressed,
  Report,
  Resend,
  Resume,
  Submit,
  Wake,
} from "../../src/core/job/command.ts";
import type { SideCalls } from "../../src/core/job/side-calls.ts";
import { attemptToken, ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import { aCallback, aDelivery, anArtifact, anAttemptToDeliver } from "./a-callback.ts";
import { anAsk, aSubmission, TOKEN } from "./a-job.ts";

export const aSuccess: Outcome = {
  kind: "success",
  result: { text: "done", output: { n: 1 } },
  stateUpdates: null,
  artifacts: [],
  logs: [],
};

export const anAsked: Outcome = { kind: "asked", ask: anAsk(), logs: [] };

export const aFailure: Outcome = { ...failureOf("plugin_error", "It broke"), code: "boom" };

/** An attempt's end as its runner reports it, with nothing left to say. */
export const anEnd = (outcome: Outcome) => ({ outcome, batches: [], artifacts: [] });

/** The first side calls of an attempt: half done, and a word of text. */
export function aBatch(over: Partial<SideCalls> = {}): SideCalls {
  return {
    from: "runner",
    number: 1,
    progress: { percent: 50, message: "half" },
    text: "so far",
    ...over,
  };
}

/** Builders for each command. They fit the jobs of `a-job.ts`. */
export const aCommand = {
  submit: (over: Partial<Submit> = {}): Submit => ({
    kind: "submit",
    submission: aSubmission(),
    token: TOKEN,
    ...over,
  }),
  grant: (over: Partial<Grant> = {}): Grant => ({
    kind: "grant",
    step: ONLY_STEP,
    attempt: 1,
    token: TOKEN,
    ...over,
  }),
  claim: (over: Partial<Claim> = {}): Claim => ({
    kind: "claim",
    step: ONLY_STEP,
    attempt: 1,
    runner: "consumer",
    token: TOKEN,
    ...over,
  }),
  extend: (over: Partial<Extend> = {}): Extend => ({
    kind: "extend",
    step: ONLY_STEP,
    token: TOKEN,
    ...over,
  }),
  report: (over: Partial<Report> = {}): Report => ({
    kind: "report",
    step: ONLY_STEP,
    token: TOKEN,
    outcome: aSuccess,
    batches: [],
    artifacts: [],
    jitter: 0.5,
    ...over,
  }),
  expect_artifact: (over: Partial<ExpectArtifact> = {}): ExpectArtifact => ({
    kind: "expect_artifact",
    step: ONLY_STEP,
    token: TOKEN,
    name: "report.txt",
    ...over,
  }),
  keep_artifact: (over: Partial<KeepArtifact> = {}): KeepArtifact => ({
    kind: "keep_artifact",
    step: ONLY_STEP,
    token: TOKEN,
    artifact: anArtifact(),
    ...over,
  }),
  attach: (over: Partial<Callback> = {}): Attach => ({
    kind: "attach",
    callbacks: [aCallback(over)],
  }),
  note_delivery: (over: Partial<NoteDelivery> = {}): NoteDelivery => ({
    kind: "note_delivery",
    endpoint: 1,
    seq: 1,
    attempt: 1,
    verdict: { kind: "delivered" },
    last: anAttemptToDeliver(),
    news: {},
    jitter: 0.5,
    ...over,
  }),
  begin_delivery: (over: Partial<BeginDelivery> = {}): BeginDelivery => ({
    kind: "begin_delivery",
    endpoint: 1,
    seq: 1,
    attempt: 1,
    isOnce: true,
    news: {},
    ...over,
  }),
  answer_inline: (over: Partial<AnswerInline> = {}): AnswerInline => ({
    kind: "answer_inline",
    endpoint: 1,
    fits: null,
    ...over,
  }),
  resend: (over: Partial<Resend["delivery"]> = {}): Resend => ({
    kind: "resend",
    delivery: { ...aDelivery(), endpoint: 1, ...over },
  }),
  progress: (over: Partial<Progressed> = {}): Progressed => ({
    kind: "progress",
    step: ONLY_STEP,
    token: TOKEN,
    batch: aBatch(),
    ...over,
  }),
  cancel: (over: Partial<Cancel> = {}): Cancel => ({
    kind: "cancel",
    reason: "Changed my mind",
    ...over,
  }),
  resume: (over: Partial<Resume> = {}): Resume => ({
    kind: "resume",
    waitId: waitId("w1"),
    action: "accept",
    values: { choice: "blue" },
    by: "api",
    seat: null,
    isChecked: true,
    token: attemptToken("token-2"),
    ...over,
  }),
  wake: (over: Partial<Wake> = {}): Wake => ({
    kind: "wake",
    held: [],
    token: attemptToken("token-2"),
    jitter: 0.5,
    ...over,
  }),
} satisfies Record<Command["kind"], () => Command>;
