import { describe, expect, test } from "vitest";
import { dueDelivery } from "../../../src/core/callback/due.ts";
import { failedBy } from "../../../src/core/callback/verdict.ts";
import { inlineDelivery } from "../../../src/core/channel/on-answer-inline.ts";
import { decide } from "../../../src/core/job/decide.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { durationMs } from "../../../src/lang/time.ts";
import {
  aDelivery,
  anAttemptToDeliver,
  aToldJob,
  ledgerOf,
  owedTo,
} from "../../support/a-callback.ts";
import { aBatch, aCommand } from "../../support/a-command.ts";
import { at } from "../../support/a-job.ts";
import { aSlackSeat, seatCallback, seatOf } from "../../support/a-seat.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const submitted = aToldJob([seatCallback()]);
/** Claimed, at work, and nobody has been told but that an answer comes. */
const deferred = decidedAll(submitted, [aCommand.claim(), 10], [aCommand.answer_inline(), 2000]);
const progressed = (number: number) => aCommand.progress({ batch: aBatch({ number, text: "" }) });
const deliverEffects = { kind: "deliver", endpoint: 1 };

describe("while an acknowledgement is open, a seat", () => {
  test("is told nothing: what it is owed rests until then", () => {
    const ended = decidedAll(submitted, [aCommand.claim(), 10], [aCommand.report(), 500]);

    expect(owedTo(ended)).toEqual(["4 job.succeeded"]);
    expect(seatOf(ended).next).toEqual({ kind: "resting", retryAt: at(2000) });
    expect(dueDelivery(ended, 1, at(1999))).toBeNull();
  });

  test("is told all the same where it is never given: the Worker may have died", () => {
    const ended = decidedAll(submitted, [aCommand.claim(), 10], [aCommand.report(), 500]);
    const { job, effects } = decided(ended, aCommand.wake(), at(2000));

    expect(effects).toContainEqual(deliverEffects);
    expect(dueDelivery(job, 1, at(2001))?.delivery.type).toBe("job.succeeded");
  });

  test("is not owed what says nothing to a person", () => {
    expect(owedTo(decidedAll(submitted, [aCommand.claim(), 10]))).toEqual([]);
  });
});

describe("what replaces an acknowledgement of Slack's", () => {
  const asked = aToldJob([seatCallback(aSlackSeat())]);

  test("waits until that can be seen, whatever it brought", () => {
    const ended = decidedAll(asked, [aCommand.claim(), 10], [aCommand.report(), 500]);
    const without = decided(ended, aCommand.answer_inline({ fits: null }), at(1000));
    const inline = decided(ended, aCommand.answer_inline({ fits: 4 }), at(1000));

    expect(without.effects).toEqual([]);
    expect(seatOf(without.job).next).toEqual({ kind: "resting", retryAt: at(2000) });
    expect(seatOf(inline.job).talk.memory.notBefore).toBe(at(2000));
  });

  test("waits out Slack's three seconds where nobody says that it was given", () => {
    const ended = decidedAll(asked, [aCommand.claim(), 10], [aCommand.report(), 500]);

    expect(seatOf(ended).next).toEqual({ kind: "resting", retryAt: at(3000) });
  });

  test("waits for nothing where the acknowledgement shows nothing", () => {
    const pressed = aToldJob([seatCallback(aSlackSeat({ ackUntil: at(0) }))]);
    const ended = decidedAll(pressed, [aCommand.claim(), 10], [aCommand.report(), 500]);

    expect(seatOf(ended).next).toMatchObject({ kind: "sent" });
  });
});

describe("an acknowledgement", () => {
  const ended = decidedAll(submitted, [aCommand.claim(), 10], [aCommand.report(), 500]);

  test("brings the answer where it fits, and that is a delivery like any other", () => {
    expect(inlineDelivery(seatOf(ended))?.seq).toBe(4);
    const { job, effects } = decided(ended, aCommand.answer_inline({ fits: 4 }), at(510));

    expect(effects).toEqual([]);
    expect(ledgerOf(job)).toEqual(["1: 4 to 1 delivered"]);
    expect(owedTo(job)).toEqual([]);
    expect(job.ledger[0]).toMatchObject({ attempts: 1, last: { status: 200, error: null } });
    expect(seatOf(job).talk).toMatchObject({
      heldUntil: null,
      inlineSeq: 4,
      memory: { saidAt: at(510) },
    });
  });

  test("would bring the newest of what somebody waits for", () => {
    const [end] = seatOf(ended).owed;
    const question = { ...aDelivery(), seq: 3, type: "job.waiting" as const };
    const owed = [question, ...(end === undefined ? [] : [end])];

    expect(inlineDelivery({ ...seatOf(ended), owed })?.seq).toBe(4);
  });

  test("that is asked for again is what it was", () => {
    const { job } = decided(ended, aCommand.answer_inline({ fits: 4 }), at(510));
    const again = decided(job, aCommand.answer_inline({ fits: 4 }), at(520));

    expect(again.job).toBe(job);
  });

  test("that comes too late to be heard brings nothing: a delivery does", () => {
    const late = decided(ended, aCommand.answer_inline({ fits: 4 }), at(2251));
    const inTime = decided(ended, aCommand.answer_inline({ fits: 4 }), at(2250));

    expect([owedTo(late.job), late.effects]).toEqual([["4 job.succeeded"], [deliverEffects]]);
    expect(seatOf(late.job).talk).toMatchObject({ heldUntil: null, inlineSeq: null });
    expect(ledgerOf(inTime.job)).toEqual(["1: 4 to 1 delivered"]);
  });

  test("brings nothing that a delivery is about to say", () => {
    const woken = decidedAll(ended, [aCommand.wake(), 2000]);
    const { job } = decided(woken, aCommand.answer_inline({ fits: 4 }), at(2001));

    expect([owedTo(job), ledgerOf(job)]).toEqual([["4 job.succeeded"], []]);
    expect(seatOf(job).talk).toMatchObject({ heldUntil: null, inlineSeq: null });
  });

  test("without the answer lets deliveries begin", () => {
    const { job, effects } = decided(ended, aCommand.answer_inline({ fits: null }), at(510));

    expect(effects).toEqual([deliverEffects]);
    expect(seatOf(job).talk).toMatchObject({ heldUntil: null, inlineSeq: null });
    expect(dueDelivery(job, 1, at(511))?.delivery.seq).toBe(4);
  });

  test("brings no word of progress: there is an answer to come", () => {
    const working = decidedAll(submitted, [aCommand.claim(), 10], [progressed(1), 100]);

    expect(owedTo(working)).toEqual(["4 job.progress"]);
    expect(inlineDelivery(seatOf(working))).toBeNull();
    const { job } = decided(working, aCommand.answer_inline(), at(2000));
    expect(owedTo(job)).toEqual(["4 job.progress"]);
    // A while after the acknowledgement: the channel has to know of it first.
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(4000) });
  });

  test("is given to seats alone", () => {
    const web = decide(aToldJob(), aCommand.answer_inline(), at(10));
    const nobody = decide(submitted, aCommand.answer_inline({ endpoint: 2 }), at(10));

    expect(web).toMatchObject({ ok: false, reason: { code: "delivery_not_found" } });
    expect(nobody).toMatchObject({ ok: false, reason: { code: "delivery_not_found" } });
  });
});

describe("progress is told to a seat", () => {
  test("once while it waits for its turn, however much there is", () => {
    const job = decidedAll(
      deferred,
      [progressed(1), 4100],
      [progressed(2), 4200],
      [progressed(3), 4300],
      [progressed(4), 4400],
    );

    // The first is on its way; the second will tell of the newest.
    expect(owedTo(job)).toEqual(["4 job.progress", "5 job.progress"]);
  });

  test("at most every two seconds, and leaves nothing in the ledger", () => {
    const said = decidedAll(
      deferred,
      [progressed(1), 4100],
      [progressed(2), 4200],
      [aCommand.note_delivery({ seq: 4, news: { saidAt: at(4300) } }), 4300],
    );

    expect(ledgerOf(said)).toEqual([]);
    expect(owedTo(said)).toEqual(["5 job.progress"]);
    expect(seatOf(said).next).toEqual({ kind: "resting", retryAt: at(6300) });
    expect(wakeAt(said)).toBe(at(6300));
  });

  test("once only, however it went", () => {
    const failed = failedBy("http_status");
    const job = decidedAll(
      deferred,
      [progressed(1), 4100],
      [aCommand.note_delivery({ seq: 4, verdict: failed }), 4300],
    );

    expect(owedTo(job)).toEqual([]);
    expect(ledgerOf(job)).toEqual([]);
  });

  test("seldom, where it was not worth a call", () => {
    const nothing = anAttemptToDeliver({ status: null });
    const job = decidedAll(
      deferred,
      [progressed(1), 2100],
      [aCommand.note_delivery({ seq: 4, last: nothing }), 2110],
      [progressed(2), 2200],
    );

    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(32_110) });
    const ended = decided(job, aCommand.report(), at(2300));
    expect(owedTo(ended.job)).toEqual(["6 job.succeeded"]);
    expect(ended.effects).toContainEqual(deliverEffects);
  });

  test("no more often where it could not be said", () => {
    const failed = failedBy("http_status");
    const job = decidedAll(
      deferred,
      [progressed(1), 4100],
      [aCommand.note_delivery({ seq: 4, verdict: failed }), 4300],
      [progressed(2), 4400],
    );

    expect(owedTo(job)).toEqual(["5 job.progress"]);
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(6300) });
  });

  test("not any more once the answer is there", () => {
    const waiting = decidedAll(
      deferred,
      [progressed(1), 4100],
      [aCommand.note_delivery({ seq: 4, news: { saidAt: at(4300) } }), 4300],
      [progressed(2), 4400],
    );
    const { job, effects } = decided(waiting, aCommand.report(), at(4500));

    expect(owedTo(job)).toEqual(["6 job.succeeded"]);
    expect(effects).toContainEqual(deliverEffects);
  });

  test("to its end where somebody is saying it right now: the answer follows", () => {
    const job = decidedAll(deferred, [progressed(1), 4100], [aCommand.report(), 4200]);

    expect(owedTo(job)).toEqual(["4 job.progress", "5 job.succeeded"]);
  });
});

describe("an answer of several calls", () => {
  const ended = decidedAll(deferred, [aCommand.report(), 2500]);
  const note = (attempt: number, over = {}) => aCommand.note_delivery({ seq: 4, attempt, ...over });

  test("goes on with the next one, with attempts of its own", () => {
    const more = decidedAll(
      ended,
      [note(1, { verdict: failedBy("unreachable") }), 2600],
      [aCommand.wake(), 60_000],
      [aCommand.begin_delivery({ seq: 4, attempt: 2 }), 60_050],
      [note(2, { verdict: { kind: "more" }, news: { uses: 1 } }), 60_100],
    );
    const [head] = seatOf(more).owed;

    expect(head).toMatchObject({
      seq: 4,
      part: 1,
      attempts: 2,
      attemptsBefore: 2,
      begunAttempt: null,
    });
    expect(seatOf(more).talk.memory.uses).toBe(1);
    expect(dueDelivery(more, 1, at(60_101))?.delivery.part).toBe(1);
    expect(ledgerOf(decidedAll(more, [note(3), 60_200]))).toEqual(["1: 4 to 1 delivered"]);
  });

  test("waits behind a call that begins", () => {
    const both = decidedAll(deferred, [progressed(1), 4100], [aCommand.report(), 4200]);
    const { job } = decided(both, aCommand.begin_delivery({ seq: 4 }), at(4300));

    expect(owedTo(job)).toEqual(["4 job.progress", "5 job.succeeded"]);
  });

  test("marks a call that must not be made twice before it is made", () => {
    const begin = aCommand.begin_delivery({ seq: 4, news: { uses: 3 } });
    const { job, effects } = decided(ended, begin, at(2600));

    expect(effects).toEqual([]);
    expect(seatOf(job).owed[0]?.begunAttempt).toBe(1);
    expect(seatOf(job).talk.memory.uses).toBe(3);
    const repeatable = { ...begin, isOnce: false };
    expect(seatOf(decided(ended, repeatable, at(2600)).job).owed[0]?.begunAttempt).toBe(null);
    // The mark stays, as that of an earlier call: its attempt was never noted.
    expect(seatOf(decided(job, repeatable, at(2600)).job).owed[0]?.begunAttempt).toBe(0);
  });

  test.each([
    [429, null],
    [400, null],
    [404, null],
    [499, null],
    [399, 1],
    [408, 1],
    [500, 1],
    [null, 1],
  ])("keeps that mark unless the channel has refused the call: %s", (status, begunAttempt) => {
    const begin = aCommand.begin_delivery({ seq: 4 });
    const last = anAttemptToDeliver({ status, error: "http_status" });
    const verdict = failedBy("http_status");
    const job = decidedAll(ended, [begin, 2600], [note(1, { verdict, last }), 2700]);

    expect(seatOf(job).owed[0]).toMatchObject({ attempts: 1, begunAttempt });
  });

  test("keeps that mark where the channel refuses another call afterwards", () => {
    const lost = note(1, { verdict: failedBy("unreachable") });
    const last = anAttemptToDeliver({ status: 429, error: "rate_limited" });
    const limited = note(2, { verdict: failedBy("rate_limited"), last });
    const job = decidedAll(
      ended,
      [aCommand.begin_delivery({ seq: 4 }), 2600],
      [lost, 2700],
      [aCommand.wake(), 5000],
      [limited, 5100],
    );

    expect(seatOf(job).owed[0]).toMatchObject({ attempts: 2, begunAttempt: 1 });
  });

  test("keeps the mark of a call that a crash cut, whatever the next one is answered", () => {
    const last = anAttemptToDeliver({ status: 429, error: "rate_limited" });
    const begin = aCommand.begin_delivery({ seq: 4 });
    const job = decidedAll(
      ended,
      [begin, 2600],
      [{ ...begin, isOnce: false }, 5000],
      [note(1, { verdict: failedBy("rate_limited"), last }), 5100],
    );

    expect(seatOf(job).owed[0]).toMatchObject({ attempts: 1, begunAttempt: 0 });
  });

  test.each([
    ["of another event", ended, { seq: 9 }],
    ["of an attempt that is over", ended, { seq: 4, attempt: 2 }],
    ["to nobody", ended, { seq: 4, endpoint: 2 }],
    ["to a URL", aToldJob(), {}],
    ["of nothing that is owed", deferred, {}],
  ])("does not begin a call %s", (_what, job, over) => {
    expect(decide(job, aCommand.begin_delivery(over), at(2600))).toMatchObject({
      ok: false,
      reason: { code: "stale_delivery" },
    });
  });

  test("rests as long as the channel wants, also for what comes next", () => {
    const busy = { ...failedBy("rate_limited"), restMs: durationMs(700) };
    const job = decidedAll(ended, [note(1, { verdict: busy }), 2600]);
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(3300) });

    const news = { saidAt: at(2100), notBefore: at(9000) };
    const told = decidedAll(deferred, [progressed(1), 2050], [note(1, { news }), 2100]);
    const later = decided(told, aCommand.report(), at(2500));
    expect(seatOf(later.job).next).toEqual({ kind: "resting", retryAt: at(9000) });
  });

  test("that the channel takes no more by this way has as many attempts by the other", () => {
    const closed = { ...failedBy("expired"), retryable: true, restMs: durationMs(0) };
    const news = { isWayClosed: true };
    const job = decidedAll(ended, [note(1, { verdict: closed, news }), 2600]);

    expect(seatOf(job).owed[0]).toMatchObject({ attempts: 1, attemptsBefore: 1 });
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(2600) });
    // It is closed once: what is heard of it again takes no attempts back.
    const again = decidedAll(job, [note(2, { verdict: closed, news }), 2700]);
    expect(seatOf(again).owed[0]).toMatchObject({ attempts: 2, attemptsBefore: 1 });
  });

  test("that the channel takes no more is over, and says so", () => {
    const last = anAttemptToDeliver({ status: null, error: "expired" });
    const job = decidedAll(ended, [note(1, { verdict: failedBy("expired"), last }), 2600]);

    expect(ledgerOf(job)).toEqual(["1: 4 to 1 failed"]);
    expect(owedTo(job)).toEqual([]);
  });
});
