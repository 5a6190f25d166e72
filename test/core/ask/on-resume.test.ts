import { describe, expect, test } from "vitest";
import { type Answered, waitId } from "../../../src/core/ask/ask.ts";
import { decide } from "../../../src/core/job/decide.ts";
import { eventView } from "../../../src/core/job/event-view.ts";
import { pluginRequestOf } from "../../../src/core/job/plugin-request.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { attemptToken, ONLY_STEP } from "../../../src/core/job/step.ts";
import { isRunning } from "../../../src/core/job/with-step.ts";
import { aCommand, aFailure, anAsked } from "../../support/a-command.ts";
import { aJob, aPastAttempt, aPlan, aState, at } from "../../support/a-job.ts";
import { decided, decidedAll, eventsOf, stateOf } from "../../support/decided.ts";

const lane = { concurrency: 1, isStateful: false };
const past = [aPastAttempt({ error: null, asked: waitId("w1") })];
const waiting = aJob(aState.waiting(), { past });
const ANSWER: Answered = {
  waitId: waitId("w1"),
  action: "accept",
  values: { choice: "blue" },
  by: "api",
  at: at(5000),
};

describe("an answer", () => {
  test("waiting --resume, queue dispatch--> queued: sends the message of the next attempt", () => {
    const decision = decided(waiting, aCommand.resume(), at(5000));

    expect(decision.job.steps[0]).toEqual({
      ...waiting.steps[0],
      attemptsBefore: 1,
      answered: ANSWER,
      state: aState.queued({ attempt: 2, sendAgainAt: at(20_000) }),
    });
    expect(decision.effects).toEqual([{ kind: "send", step: ONLY_STEP, attempt: 2 }]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.resumed"]);
    expect(decision.job.events.at(-1)).toMatchObject({
      attempt: 2,
      data: { wait_id: "w1", action: "accept", by: "api" },
    });
  });

  test("waiting --resume, direct dispatch--> running: the object calls, with the token of the answer", () => {
    const plan = aPlan({ dispatch: "direct" });
    const token = attemptToken("token-2");

    const decision = decided(aJob(aState.waiting(), { plan }), aCommand.resume(), at(5000));

    expect(stateOf(decision)).toMatchObject({ status: "running", attempt: 2, token });
    expect(decision.effects).toEqual([{ kind: "call", step: ONLY_STEP, token }]);
    expect(eventsOf(decision)).toEqual([
      "1 job.queued",
      "2 job.resumed",
      "3 job.running",
      "4 job.running",
    ]);
  });

  test("waiting --resume, with a lane--> lined up: stands in line from then on", () => {
    const plan = aPlan({ lane });

    const decision = decided(aJob(aState.waiting(), { plan }), aCommand.resume(), at(5000));

    expect(stateOf(decision)).toEqual(
      aState.lined_up({ attempt: 2, since: at(5000), askAgainAt: at(20_000) }),
    );
    expect(decision.effects).toEqual([
      { kind: "line_up", step: ONLY_STEP, attempt: 2, since: at(5000) },
    ]);
  });

  test("that is a refusal goes to the plugin as well", () => {
    const decision = decided(waiting, aCommand.resume({ action: "decline", values: {} }), at(5000));

    expect(stateOf(decision)).toMatchObject({ status: "queued", attempt: 2 });
    expect(decision.job.steps[0].answered).toMatchObject({ action: "decline" });
  });

  test("waiting --resume with cancel--> cancelled, and says who wanted it", () => {
    const decision = decided(waiting, aCommand.resume({ action: "cancel" }), at(5000));

    expect(stateOf(decision)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled", message: "Cancelled by whoever was asked" },
    });
    expect(decision.effects).toEqual([]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.cancelled"]);
  });

  test("waiting --resume after the job's own end--> timed out: an attempt would have no time", () => {
    const job = aJob(aState.waiting({ until: at(5000) }), { endBy: at(5000) });

    expect(stateOf(decided(job, aCommand.resume(), at(5000)))).toMatchObject({
      status: "timed_out",
      error: { code: "max_duration" },
    });
  });
});

describe("who answers", () => {
  const answers = [
    { what: "accepted", resume: aCommand.resume() },
    { what: "cancelled", resume: aCommand.resume({ action: "cancel", values: {} }) },
  ];

  test.each(answers)("twice the same has answered once: $what", ({ resume }) => {
    const { job } = decided(waiting, resume, at(5000));

    const token = attemptToken("token-3");
    expect(decided(job, { ...resume, token }, at(6000))).toEqual({ job, effects: [] });
  });

  test("twice the same is the same in any order of keys, and while something else is asked", () => {
    const values = { a: 1, b: { c: [2] } };
    const again = aCommand.resume({ values: { b: { c: [2] }, a: 1 } });
    const job = decidedAll(
      waiting,
      [aCommand.resume({ values }), 5000],
      [aCommand.claim({ attempt: 2 }), 6000],
      [aCommand.report({ outcome: anAsked }), 7000],
    );
    expect(job.steps[0].state).toMatchObject({ status: "waiting", waitId: "w2" });

    expect(decided(job, again, at(8000))).toEqual({ job, effects: [] });
  });

  test.each([
    { what: "other values", over: { values: { choice: "red" } } },
    { what: "another action", over: { action: "decline" as const } },
    { what: "another one who answers", over: { by: "discord:7" } },
  ])("second is refused, and told by whom it was answered: $what", ({ over }) => {
    const { job } = decided(waiting, aCommand.resume(), at(5000));

    expect(decide(job, aCommand.resume(over), at(6000))).toEqual({
      ok: false,
      reason: { code: "not_waiting", status: "queued", answered: ANSWER },
    });
  });

  test("another question than the one that is asked is refused", () => {
    const stale = aCommand.resume({ waitId: waitId("w0") });

    expect(decide(waiting, stale, at(5000))).toEqual({
      ok: false,
      reason: { code: "stale_wait", status: "waiting", answered: null },
    });
  });

  test("nothing that is asked is refused", () => {
    expect(decide(aJob(aState.running()), aCommand.resume(), at(5000))).toEqual({
      ok: false,
      reason: { code: "not_waiting", status: "running", answered: null },
    });
  });
});

describe("an attempt that goes on after an answer", () => {
  const goneOn = decidedAll(
    waiting,
    [aCommand.resume(), 5000],
    [aCommand.claim({ attempt: 2 }), 6000],
  );
  const fails = aCommand.report({ outcome: aFailure });

  test.each([
    { what: "goes on", job: goneOn },
    {
      what: "is tried again",
      job: decidedAll(
        goneOn,
        [fails, 7000],
        [aCommand.wake(), 90_000],
        [aCommand.claim({ attempt: 3 }), 91_000],
      ),
    },
  ])("is handed the answer when it $what, and not what began the job", ({ job }) => {
    const began = { ...job, event: { ...EVENT, type: "github.push" } };
    const [step] = job.steps.filter(isRunning);
    if (step === undefined) throw new Error("No attempt runs");

    expect(pluginRequestOf(began, step).event).toEqual(EVENT);
  });

  test("has all attempts that its command has, with the rests that it begins with", () => {
    const rests = [];
    let job = goneOn;
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      const failed = decided(job, fails, at(attempt * 10_000_000));
      rests.push(snapshotOf(failed.job).next_retry_at);
      const woken = decided(failed.job, aCommand.wake(), at(attempt * 10_000_000 + 5_000_000));
      const claimed = decide(
        woken.job,
        aCommand.claim({ attempt: attempt + 1 }),
        at(attempt * 10_000_000 + 5_000_001),
      );
      job = claimed.ok ? claimed.value.job : woken.job;
    }

    expect(snapshotOf(job)).toMatchObject({ status: "dead", attempt: 5, max_attempts: 5 });
    // 30 s and its jitter of a half, then 60 s and the same, as after a first attempt.
    expect(rests.map((rest) => rest?.slice(11, 19))).toEqual([
      "13:34:05",
      "16:21:15",
      "19:08:55",
      undefined,
    ]);
  });

  test("takes nothing that was not checked, unless it was taken before", () => {
    const unchecked = aCommand.resume({ isChecked: false });

    expect(decide(waiting, unchecked, at(6000))).toMatchObject({
      ok: false,
      reason: { code: "stale_wait", status: "waiting" },
    });
    const taken = decided(waiting, aCommand.resume(), at(5000)).job;
    expect(decided(taken, unchecked, at(6000)).job).toBe(taken);
  });

  test("leaves the events before it as they were", () => {
    const before = waiting.events.map((event) => eventView(waiting, event));
    const resumedAt = goneOn.events.findIndex(({ type }) => type === "job.resumed");
    const resumed = goneOn.events[resumedAt];
    if (resumed === undefined) throw new Error("It was not resumed");

    expect(goneOn.events.slice(0, resumedAt).map((event) => eventView(goneOn, event))).toEqual(
      before,
    );
    expect(eventView(goneOn, resumed).data).toMatchObject({
      snapshot: { status: "queued", waits_for: "start", attempt: 2, max_attempts: 5, wait: null },
    });
  });
});

const EVENT = {
  type: "job.resumed",
  payload: { wait_id: "w1", action: "accept", values: { choice: "blue" } },
  source: "resume",
  timestamp: "2027-01-15T08:00:05.000Z",
  event_id: "job-1:w1",
};
