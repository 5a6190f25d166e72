import { describe, expect, test } from "vitest";
import { failedBy } from "../../../src/core/callback/verdict.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { aToldJob, owedTo } from "../../support/a-callback.ts";
import { aBatch, aCommand, anAsked } from "../../support/a-command.ts";
import { anAsk, at } from "../../support/a-job.ts";
import { aSlackSeat, seatCallback, seatOf } from "../../support/a-seat.ts";
import { decided, decidedAll } from "../../support/decided.ts";

/** Claimed, at work, and nobody has been told but that an answer comes. */
const deferred = decidedAll(
  aToldJob([seatCallback()]),
  [aCommand.claim(), 10],
  [aCommand.answer_inline(), 2000],
);
const progressed = (number: number) => aCommand.progress({ batch: aBatch({ number, text: "" }) });
const deliverEffects = { kind: "deliver", endpoint: 1 };

describe("a call that nobody knows the end of", () => {
  const unheard = failedBy("unreachable");
  const note = (restMs: typeof unheard.restMs = null) =>
    aCommand.note_delivery({ seq: 4, verdict: { ...unheard, restMs } });
  const ended = decidedAll(deferred, [aCommand.report(), minutes(14)]);
  const againAt = (ms: number, restMs?: typeof unheard.restMs) =>
    seatOf(decidedAll(ended, [note(restMs), ms])).next;

  const closing = minutes(14.8);

  test("is made again ever sooner as its way is about to close", () => {
    const retriesFrom = (ms: number): readonly number[] => {
      const retryAt = againAt(ms);
      if (retryAt?.kind !== "resting") throw new Error("It does not rest");
      const left = closing - (retryAt.retryAt - at(0));
      return left > 0 ? [left, ...retriesFrom(closing - left)] : [];
    };

    expect(retriesFrom(closing - 800)).toEqual([400, 200, 100, 50]);
    expect(againAt(minutes(14))).toEqual({ kind: "resting", retryAt: at(minutes(14) + 750) });
  });

  test("has its usual rest where that ends before", () => {
    expect(againAt(closing - 10_000)).toEqual({
      kind: "resting",
      retryAt: at(closing - 10_000 + 750),
    });
  });

  test("rests as long as it is told to all the same", () => {
    const now = closing - 1000;

    expect(againAt(now, seconds(30))).toEqual({ kind: "resting", retryAt: at(now + 30_000) });
  });

  test("has all the time there is where only the bot speaks", () => {
    const slack = aToldJob([seatCallback(aSlackSeat({ responseUrl: null, ackUntil: at(0) }))]);
    const bot = decidedAll(slack, [aCommand.claim(), 10], [aCommand.report(), 20], [note(), 30]);

    expect(seatOf(bot).next).toEqual({ kind: "resting", retryAt: at(780) });
  });
});

describe("before the channel stops listening", () => {
  test.each([
    ["Discord, after 14 min of 15", seatCallback(), 14],
    ["Slack, after 28 min of 30", seatCallback(aSlackSeat()), 28],
  ])("%s, a job that goes on says so once", (_what, callback, after) => {
    const long = { ...aCommand.submit().submission.plan, timeoutMs: minutes(60) };
    const start = aToldJob([callback], { plan: long });
    const job = decidedAll(
      start,
      [aCommand.claim({ runner: "object" }), 10],
      [aCommand.answer_inline(), 2000],
    );
    const held = [aCommand.claim().token];
    const due = minutes(after);
    expect(seatOf(decided(job, aCommand.wake({ held }), at(due - 1)).job).talk.isWarned).toBe(
      false,
    );

    const { job: warned, effects } = decided(job, aCommand.wake({ held }), at(due));
    expect(effects).toContainEqual(deliverEffects);
    expect(owedTo(warned)).toEqual(["3 job.running"]);
    expect(seatOf(warned).talk.isWarned).toBe(true);

    const told = decidedAll(warned, [aCommand.note_delivery({ seq: 3 }), due + 100]);
    expect(owedTo(told)).toEqual([]);
    expect(owedTo(decided(told, aCommand.wake({ held }), at(due + 60_000)).job)).toEqual([]);
  });

  test("the word follows what is being said, and takes the place of progress that waits", () => {
    const saying = decidedAll(deferred, [progressed(1), 4100], [progressed(2), 4200]);
    expect(owedTo(saying)).toEqual(["4 job.progress", "5 job.progress"]);
    const { job } = decided(saying, aCommand.wake(), at(minutes(14)));
    expect(owedTo(job)).toEqual(["4 job.progress", "6 job.running"]);

    const said = decidedAll(saying, [
      aCommand.note_delivery({ seq: 4, news: { saidAt: at(4300) } }),
      4300,
    ]);
    expect(seatOf(said).next?.kind).toBe("resting");
    const due = decided(said, aCommand.wake(), at(minutes(14)));
    expect(owedTo(due.job)).toEqual(["6 job.running"]);
    expect(due.effects).toContainEqual(deliverEffects);
  });

  test("the word has no progress line up behind it", () => {
    const long = { ...aCommand.submit().submission.plan, timeoutMs: minutes(60) };
    const job = decidedAll(
      aToldJob([seatCallback()], { plan: long }),
      [aCommand.claim({ runner: "object" }), 10],
      [aCommand.answer_inline(), 2000],
      [progressed(1), minutes(14) - 10],
      [aCommand.wake({ held: [aCommand.claim().token] }), minutes(14)],
      [progressed(2), minutes(14) + 10],
    );

    expect(owedTo(job)).toEqual(["4 job.progress", "3 job.running"]);
  });

  test("the word is tried again until it arrives, or the end takes its place", () => {
    const warned = decided(deferred, aCommand.wake(), at(minutes(14))).job;
    const failed = aCommand.note_delivery({ seq: 4, verdict: failedBy("http_status") });
    const tried = decidedAll(warned, [failed, minutes(14) + 100]);

    expect(owedTo(tried)).toEqual(["4 job.running"]);
    expect(seatOf(tried).next?.kind).toBe("resting");
    expect(owedTo(decidedAll(tried, [aCommand.cancel(), minutes(14) + 200]))).toEqual([
      "5 job.cancelled",
    ]);
  });

  test("a job that has its answer on the way says that instead", () => {
    const asking = decidedAll(deferred, [aCommand.report({ outcome: anAsked }), minutes(14) - 100]);
    const { job } = decided(asking, aCommand.wake(), at(minutes(14)));

    expect(seatOf(job).talk.isWarned).toBe(true);
    expect(owedTo(job)).toEqual(["4 job.waiting"]);
  });

  test("a job that waits for an answer says nothing: the question stays where it is", () => {
    const outcome: Outcome = { kind: "asked", ask: anAsk({ timeoutMs: minutes(60) }), logs: [] };
    const asking = decidedAll(deferred, [aCommand.report({ outcome }), 2500]);
    const told = decidedAll(asking, [aCommand.note_delivery({ seq: 4 }), 2600]);
    const { job, effects } = decided(told, aCommand.wake(), at(minutes(14)));

    expect(seatOf(job).talk.isWarned).toBe(true);
    expect([owedTo(job), effects]).toEqual([[], []]);
  });

  test("a job that goes on says nothing while its question is still being told", () => {
    const asking = decidedAll(deferred, [aCommand.report({ outcome: anAsked }), minutes(14) - 300]);
    const answered = decidedAll(asking, [aCommand.resume(), minutes(14) - 200]);
    expect(owedTo(answered)).toEqual(["4 job.waiting", "5 job.resumed"]);
    const { job } = decided(answered, aCommand.wake(), at(minutes(14)));

    expect(seatOf(job).talk.isWarned).toBe(true);
    expect(owedTo(job)).toEqual(["4 job.waiting", "5 job.resumed"]);
  });

  test("is nothing to be said where only the bot speaks, or the job is over", () => {
    const bot = aToldJob([seatCallback(aSlackSeat({ responseUrl: null, ackUntil: at(0) }))]);
    expect(wakeAt(bot)).toBe(at(15_000));
    const over = decidedAll(
      deferred,
      [aCommand.report(), 2500],
      [aCommand.note_delivery({ seq: 4 }), 2600],
    );
    const { job } = decided(over, aCommand.wake(), at(minutes(14)));
    expect(seatOf(job).talk.isWarned).toBe(false);
  });
});
