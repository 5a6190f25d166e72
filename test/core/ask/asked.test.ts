import { describe, expect, test } from "vitest";
import { ASKS_MAX, type WaitId, waitId } from "../../../src/core/ask/ask.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { ONLY_STEP } from "../../../src/core/job/step.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { minutes } from "../../../src/lang/time.ts";
import { aCommand, anAsked } from "../../support/a-command.ts";
import { aJob, anAsk, aPastAttempt, aPlan, aState, at, TOKEN } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

const asks = aCommand.report({ outcome: anAsked });

/** A job that has asked so often before. */
const afterAsks = (count: number) =>
  aJob(aState.running({ attempt: count + 1 }), {
    past: Array.from({ length: count }, (_, index) =>
      aPastAttempt({ attempt: index + 1, error: null, asked: waitId(`w${index + 1}`) }),
    ),
  });

describe("an attempt that asks", () => {
  test("running --report of a question--> waiting: the attempt is over, and nothing runs", () => {
    const decision = decided(aJob(aState.running()), asks, at(1000));

    expect(stateOf(decision)).toEqual(aState.waiting());
    expect(decision.job.steps[0].past).toEqual([
      aPastAttempt({ error: null, asked: waitId("w1") }),
    ]);
    expect(decision.effects).toEqual([]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.waiting"]);
    expect(decision.job.events.at(-1)?.data).toEqual({
      wait_id: "w1",
      for: "input",
      until: "2027-01-15T08:01:01.000Z",
    });
    expect(wakeAt(decision.job)).toBe(at(61_000));
  });

  test("running --report of a question, by the object, with a slot--> waiting: both are given back", () => {
    const plan = aPlan({ lane: { concurrency: 1, isStateful: false } });
    const job = aJob(aState.running({ runner: "object" }), { plan });

    expect(decided(job, asks, at(1000)).effects).toEqual([
      { kind: "abort", token: TOKEN },
      { kind: "leave", step: ONLY_STEP, attempt: 1, updates: null },
    ]);
  });

  test("is shown with what it asks, and with logs of both its words", () => {
    const logs = [{ level: "info", message: "asks" }];
    const before = [{ level: "info", message: "taken on" }];
    const job = aJob(aState.running({ runner: "outside", logs: before }));

    const { job: waiting } = decided(
      job,
      aCommand.report({ outcome: { ...anAsked, logs } }),
      at(1000),
    );

    expect(snapshotOf(waiting)).toMatchObject({
      status: "waiting",
      phase: null,
      waits_for: null,
      attempt: 1,
      max_attempts: 4,
      deadline_at: null,
      error: null,
      result: null,
      wait: {
        wait_id: "w1",
        for: "input",
        view: anAsk().view,
        schema: anAsk().schema,
        until: "2027-01-15T08:01:01.000Z",
      },
      attempts: [{ attempt: 1, outcome: "asked", error: null, logs: [...before, ...logs] }],
    });
  });

  test("names each question anew, by count within the job", () => {
    expect(stateOf(decided(afterAsks(2), asks, at(1000)))).toMatchObject({ waitId: "w3" });
  });

  test("names its first question w1, however many attempts have failed before", () => {
    const job = aJob(aState.running({ attempt: 3 }), {
      past: [aPastAttempt(), aPastAttempt({ attempt: 2 })],
    });

    expect(stateOf(decided(job, asks, at(1000)))).toMatchObject({ waitId: "w1" });
  });

  test("running --report of a question after 100 attempts--> failed: the job has no room for more", () => {
    const afterFailures = (count: number) =>
      aJob(aState.running({ attempt: count + 1 }), {
        past: Array.from({ length: count }, (_, index) => aPastAttempt({ attempt: index + 1 })),
        attemptsBefore: count,
      });

    expect(stateOf(decided(afterFailures(99), asks, at(1000)))).toMatchObject({
      status: "waiting",
    });
    expect(stateOf(decided(afterFailures(100), asks, at(1000)))).toMatchObject({
      status: "failed",
      error: { code: "too_many_questions" },
    });
  });

  test("running --report of a question too many--> failed, for good", () => {
    expect(stateOf(decided(afterAsks(ASKS_MAX - 1), asks, at(1000)))).toMatchObject({
      status: "waiting",
    });

    const decision = decided(afterAsks(ASKS_MAX), asks, at(1000));

    expect(stateOf(decision)).toMatchObject({
      status: "failed",
      error: { code: "too_many_questions", message: "A job can ask at most 20 times" },
    });
  });

  test("has no longer for its answer than the job has", () => {
    const job = aJob(aState.running(), { endBy: at(31_000) });

    const decision = decided(job, asks, at(1000));

    expect(stateOf(decision)).toEqual(aState.waiting({ until: at(31_000) }));
    const over = decided(decision.job, aCommand.wake(), at(31_000));
    expect(stateOf(over)).toMatchObject({ status: "timed_out", error: { code: "max_duration" } });
  });
});

describe("a question that nobody answers", () => {
  test("waiting --early wake--> waiting: nothing changes", () => {
    const job = aJob(aState.waiting());

    expect(decided(job, aCommand.wake(), at(60_999))).toEqual({ job, effects: [] });
  });

  test("waiting --wake when due--> failed, and not to be tried again", () => {
    const decision = decided(aJob(aState.waiting()), aCommand.wake(), at(61_000));

    expect(stateOf(decision)).toEqual(
      aState.failed({
        finishedAt: at(61_000),
        error: {
          code: "wait_timed_out",
          message: "Nobody answered in time what the job asked",
          category: "wait_timed_out",
          retryable: false,
          attempt: 1,
        },
      }),
    );
    expect(decision.job.events.at(-1)).toMatchObject({
      type: "job.failed",
      data: { reason: "wait_timed_out", wait_id: "w1" },
    });
  });

  test.each(["accept", "decline"] as const)(
    "waiting --wake when due, on_timeout %s--> on its way again, with that answer",
    (action) => {
      const values = { choice: "red" };
      const ask = anAsk({ onTimeout: { kind: "resume", action, values } });

      const decision = decided(aJob(aState.waiting({ ask })), aCommand.wake(), at(61_000));

      expect(stateOf(decision)).toEqual(aState.queued({ attempt: 2, sendAgainAt: at(76_000) }));
      expect(decision.job.steps[0].answered).toEqual({
        waitId: "w1",
        action,
        values,
        by: "timeout",
        at: at(61_000),
      });
      expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.resumed"]);
    },
  );

  test("waiting --wake when due, on_timeout cancel--> cancelled, and says why", () => {
    const ask = anAsk({ onTimeout: { kind: "resume", action: "cancel", values: {} } });

    const decision = decided(aJob(aState.waiting({ ask })), aCommand.wake(), at(61_000));

    expect(stateOf(decision)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled", message: "Cancelled because nobody answered in time" },
    });
  });
});

test("a question is numbered past those of other steps", () => {
  const asked: WaitId = waitId("w1");
  const [step] = aJob(aState.running(), { past: [aPastAttempt({ error: null, asked })] }).steps;
  const job = aJob(aState.running(), {
    steps: [{ ...step, past: [] }, step],
    maxDurationMs: minutes(1),
  });

  expect(stateOf(decided(job, asks, at(1000)))).toMatchObject({ waitId: "w2" });
});
