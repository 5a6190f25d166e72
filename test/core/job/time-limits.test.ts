import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { aCommand, aFailure } from "../../support/a-command.ts";
import { aJob, aPlan, aState, aSubmission, at, T0 } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

const submitted = (over: Partial<ReturnType<typeof aSubmission>>) =>
  decided(null, aCommand.submit({ submission: aSubmission(over) }), T0);

describe("a job that starts later", () => {
  test("absent --submit--> delayed: owes nothing until its time", () => {
    const decision = submitted({ startAt: at(60_000) });

    expect(stateOf(decision)).toEqual(aState.delayed());
    expect(decision.effects).toEqual([]);
    expect(wakeAt(decision.job)).toBe(at(60_000));
  });

  test("absent --submit with a time that is over--> queued", () => {
    expect(stateOf(submitted({ startAt: T0 }))).toMatchObject({ status: "queued" });
  });

  test("delayed --wake when due--> queued: sends the message, and says so", () => {
    const decision = decided(aJob(aState.delayed()), aCommand.wake(), at(60_000));

    expect(stateOf(decision)).toEqual(aState.queued({ sendAgainAt: at(75_000) }));
    expect(decision.effects).toMatchObject([{ kind: "send", attempt: 1 }]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.queued"]);
  });

  test("delayed --early wake--> delayed: nothing changes", () => {
    const job = aJob(aState.delayed());

    expect(decided(job, aCommand.wake(), at(59_999))).toEqual({ job, effects: [] });
  });

  test("delayed --wake when due, direct--> running", () => {
    const job = aJob(aState.delayed(), { plan: aPlan({ dispatch: "direct" }) });

    expect(stateOf(decided(job, aCommand.wake(), at(60_000)))).toMatchObject({
      status: "running",
      attempt: 1,
      startedAt: at(60_000),
    });
  });
});

describe("a job that must be over by a time", () => {
  test("has it counted from its start", () => {
    const maxDurationMs = minutes(10);

    expect(submitted({ maxDurationMs }).job.endBy).toBe(at(600_000));
    expect(submitted({ maxDurationMs, startAt: at(60_000) }).job.endBy).toBe(at(660_000));
    expect(submitted({ maxDurationMs, startAt: at(-60_000) }).job.endBy).toBe(at(600_000));
  });

  test.each(["delayed", "lined_up", "queued", "backing_off"] as const)(
    "%s --wake after it--> timed out",
    (state) => {
      const job = aJob(aState[state](), { endBy: at(10_000) });
      expect(wakeAt(job)).toBe(at(10_000));

      const decision = decided(job, aCommand.wake(), at(10_000));

      expect(stateOf(decision)).toMatchObject({
        status: "timed_out",
        finishedAt: at(10_000),
        error: { code: "max_duration", category: "timeout", retryable: false },
      });
      expect(decision.job.events.at(-1)).toMatchObject({
        type: "job.timed_out",
        data: { reason: "max_duration" },
      });
    },
  );

  test("gives an attempt no more time than it has itself", () => {
    const job = aJob(aState.queued(), { endBy: at(10_000) });

    expect(stateOf(decided(job, aCommand.claim(), at(1000)))).toMatchObject({
      deadlineAt: at(10_000),
    });
  });

  test("running --wake after it--> running until the grace is over, then timed out", () => {
    const state = aState.running({ deadlineAt: at(10_000) });
    const job = aJob(state, { endBy: at(10_000) });

    expect(decided(job, aCommand.wake(), at(14_999))).toEqual({ job, effects: [] });
    expect(stateOf(decided(job, aCommand.wake(), at(15_000)))).toMatchObject({
      status: "timed_out",
    });
  });

  test("running --report failure whose retry would come too late--> dead", () => {
    const job = aJob(aState.running(), { endBy: at(10_000) });
    const outcome = { ...aFailure, retryAfterMs: seconds(9) } as typeof aFailure;

    expect(stateOf(decided(job, aCommand.report({ outcome }), at(999)))).toMatchObject({
      status: "backing_off",
    });
    const tooLate = decided(job, aCommand.report({ outcome }), at(1000));
    expect(stateOf(tooLate)).toMatchObject({
      status: "dead",
      error: { message: "It broke (no time is left for another attempt: max_duration)" },
    });
    expect(tooLate.job.events.at(-1)).toMatchObject({ data: { reason: "max_duration" } });
  });
});
