import { describe, expect, test } from "vitest";
import type { Command } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Job } from "../../../src/core/job/job.ts";
import type { Refusal } from "../../../src/core/job/refusal.ts";
import { attemptToken, type StepState } from "../../../src/core/job/step.ts";
import { epochMs } from "../../../src/lang/time.ts";
import { aCommand, aFailure } from "../../support/a-command.ts";
import { aJob, aPlan, aState, T0 } from "../../support/a-job.ts";

type State = "absent" | StepState["status"];
type Outcome = StepState["status"] | `refused: ${Refusal["code"]}`;

/**
 * The lifecycle, whole: every state, every command, what the step is afterwards, one second after the
 * submission, when no timer is due, of a job that nobody asked to be told of. A missing cell does not
 * compile.
 */
const LIFECYCLE = {
  absent: {
    submit: "queued",
    grant: "refused: job_not_found",
    claim: "refused: job_not_found",
    extend: "refused: job_not_found",
    progress: "refused: job_not_found",
    expect_artifact: "refused: job_not_found",
    keep_artifact: "refused: job_not_found",
    report: "refused: job_not_found",
    cancel: "refused: job_not_found",
    resume: "refused: job_not_found",
    attach: "refused: job_not_found",
    begin_delivery: "refused: job_not_found",
    note_delivery: "refused: job_not_found",
    answer_inline: "refused: job_not_found",
    resend: "refused: job_not_found",
    wake: "refused: job_not_found",
  },
  delayed: {
    submit: "delayed",
    grant: "refused: slot_not_wanted",
    claim: "refused: attempt_not_claimable",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: "cancelled",
    resume: "refused: not_waiting",
    attach: "delayed",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "delayed",
  },
  lined_up: {
    submit: "lined_up",
    grant: "queued",
    claim: "refused: attempt_not_claimable",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: "cancelled",
    resume: "refused: not_waiting",
    attach: "lined_up",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "lined_up",
  },
  queued: {
    submit: "queued",
    grant: "queued",
    claim: "running",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: "cancelled",
    resume: "refused: not_waiting",
    attach: "queued",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "queued",
  },
  backing_off: {
    submit: "backing_off",
    grant: "refused: slot_not_wanted",
    claim: "refused: attempt_not_claimable",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: "cancelled",
    resume: "refused: not_waiting",
    attach: "backing_off",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "backing_off",
  },
  running: {
    submit: "running",
    grant: "running",
    claim: "refused: attempt_not_claimable",
    extend: "running",
    progress: "running",
    expect_artifact: "running",
    keep_artifact: "running",
    report: "succeeded",
    cancel: "cancelled",
    resume: "refused: not_waiting",
    attach: "running",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "running",
  },
  waiting: {
    submit: "waiting",
    grant: "refused: slot_not_wanted",
    claim: "refused: attempt_not_claimable",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: "cancelled",
    resume: "lined_up",
    attach: "waiting",
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: "waiting",
  },
  succeeded: final("succeeded"),
  failed: final("failed"),
  timed_out: final("timed_out"),
  dead: final("dead"),
  cancelled: final("cancelled"),
} satisfies Record<State, Record<Command["kind"], Outcome>>;

/** A final status never changes: whoever comes late is refused, whoever repeats himself sees it. */
function final(status: StepState["status"]): Record<Command["kind"], Outcome> {
  return {
    submit: status,
    grant: "refused: slot_not_wanted",
    claim: "refused: attempt_not_claimable",
    extend: "refused: stale_attempt",
    progress: "refused: stale_attempt",
    expect_artifact: "refused: stale_attempt",
    keep_artifact: "refused: stale_attempt",
    report: "refused: stale_attempt",
    cancel: status,
    resume: "refused: not_waiting",
    attach: status,
    begin_delivery: "refused: stale_delivery",
    note_delivery: "refused: stale_delivery",
    answer_inline: "refused: delivery_not_found",
    resend: "refused: delivery_not_found",
    wake: status,
  };
}

/** What time alone does: the wake that comes when everything is overdue, and the failing report. */
const OVERDUE = {
  delayed: "lined_up",
  lined_up: "lined_up",
  queued: "queued",
  backing_off: "lined_up",
  running: "backing_off",
  waiting: "failed",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed_out",
  dead: "dead",
  cancelled: "cancelled",
} satisfies Record<StepState["status"], Outcome>;

/** Whoever claims draws a token of their own; a repeated claim is another arrow. */
const OTHER = attemptToken("token-of-another");

const cells = Object.entries(LIFECYCLE).flatMap(([state, row]) =>
  Object.entries(row).map(([command, outcome]) => ({ state, command, outcome })),
) as { state: State; command: Command["kind"]; outcome: Outcome }[];

/** Of a plugin with a lane, so that every state there is can be reached. */
const plan = aPlan({ lane: { concurrency: 1, isStateful: false } });
const jobIn = (state: State): Job | null =>
  state === "absent" ? null : aJob(aState[state](), { plan });

function outcomeOf(job: Job | null, command: Command, now: number): string {
  const decided = decide(job, command, epochMs(now));
  return decided.ok ? decided.value.job.steps[0].state.status : `refused: ${decided.reason.code}`;
}

describe("the lifecycle", () => {
  test.each(cells)("$state --$command--> $outcome", ({ state, command, outcome }) => {
    const asked = command === "claim" ? aCommand.claim({ token: OTHER }) : aCommand[command]();

    expect(outcomeOf(jobIn(state), asked, T0 + 1000)).toBe(outcome);
  });

  test.each(Object.entries(OVERDUE))("%s --wake, all overdue--> %s", (state, outcome) => {
    const job = jobIn(state as State);

    expect(outcomeOf(job, aCommand.wake(), T0 + 29 * 86_400_000)).toBe(outcome);
  });

  test.each([
    { attempt: 1, failure: aFailure, outcome: "backing_off" },
    { attempt: 4, failure: aFailure, outcome: "dead" },
    { attempt: 4, failure: { ...aFailure, reason: "timeout" as const }, outcome: "timed_out" },
    { attempt: 1, failure: { ...aFailure, retryable: false }, outcome: "failed" },
  ])("running, attempt $attempt of 4 --report failure--> $outcome", (cell) => {
    const job = aJob(aState.running({ attempt: cell.attempt }));

    expect(outcomeOf(job, aCommand.report({ outcome: cell.failure }), T0 + 1000)).toBe(
      cell.outcome,
    );
  });

  test("absent --submit of a direct plan--> running: the object makes the call itself", () => {
    const submit = aCommand.submit();
    const submission = { ...submit.submission, plan: aPlan({ dispatch: "direct" }) };

    expect(outcomeOf(null, { ...submit, submission }, T0)).toBe("running");
  });
});
