import type { Claim, Command, Extend, Report, Submit, Wake } from "../../src/core/job/command.ts";
import { attemptToken, ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import { aSubmission, TOKEN } from "./a-job.ts";

export const aSuccess: Outcome = {
  kind: "success",
  result: { text: "done", output: { n: 1 } },
  logs: [],
};

export const aFailure: Outcome = { ...failureOf("plugin_error", "It broke"), code: "boom" };

/** Builders for each command. They fit the jobs of `a-job.ts`. */
export const aCommand = {
  submit: (over: Partial<Submit> = {}): Submit => ({
    kind: "submit",
    submission: aSubmission(),
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
    jitter: 0.5,
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
