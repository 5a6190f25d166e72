import { describe, expect, test } from "vitest";
import { failedBy, type Verdict } from "../../../src/core/callback/verdict.ts";
import type { NoteDelivery } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import { durationMs } from "../../../src/lang/time.ts";
import {
  aCallback,
  anAttemptToDeliver,
  aToldJob,
  endpointOf,
  ledgerOf,
  owedTo,
} from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import { at } from "../../support/a-job.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const gone: Verdict = { kind: "gone" };
const note = (attempt: number, over: Partial<NoteDelivery> = {}) =>
  aCommand.note_delivery({ attempt, verdict: failedBy("timeout"), ...over });

/** queued is on its way, loading and working wait behind it. */
const claimed = decidedAll(aToldJob(), [aCommand.claim(), 10]);

describe("a delivery that arrived", () => {
  const last = anAttemptToDeliver({ at: at(20), response: "thanks" });
  const { job, effects } = decided(claimed, aCommand.note_delivery({ last }), at(40));

  test("is in the ledger, as the first of the job", () => {
    expect(job.ledger).toEqual([
      {
        seq: 1,
        type: "job.queued",
        change: { state: "queued", previous: null },
        attempts: 1,
        attemptsBefore: 0,
        isResent: false,
        part: 0,
        begunAttempt: null,
        last,
        number: 1,
        endpoint: 1,
        state: "delivered",
        settledAt: at(40),
      },
    ]);
  });

  test("is numbered on where the store has put away the older part of the ledger", () => {
    const second = decidedAll(job, [aCommand.note_delivery({ seq: 2 }), 50]);
    const spilled = { ...second, ledger: second.ledger.slice(-1) };

    expect(ledgerOf(decidedAll(spilled, [aCommand.note_delivery({ seq: 3 }), 60]))).toEqual([
      "2: 2 to 1 delivered",
      "3: 3 to 1 delivered",
    ]);
  });

  test("is an event of the job, which moves no step", () => {
    expect(job.events.at(-1)).toEqual({
      seq: 4,
      type: "callback.delivered",
      at: at(40),
      attempt: 1,
      data: {
        delivery_id: "msg_job-1_1_1",
        endpoint: 1,
        event: "job.queued",
        event_seq: 1,
        attempts: 1,
        last_status: 200,
        last_error: null,
      },
      stepThen: null,
    });
    expect(job.steps).toEqual(claimed.steps);
  });

  test("makes room for the next one, for which whoever told of it comes back", () => {
    expect(owedTo(job)).toEqual(["2 loading", "3 working"]);
    expect(endpointOf(job).next).toEqual({ kind: "sent", sends: 1, sendAgainAt: at(15_040) });
    expect(effects).toEqual([]);
  });

  test("leaves nothing to be done where it was the last one", () => {
    const all = decidedAll(
      job,
      [aCommand.note_delivery({ seq: 2 }), 50],
      [aCommand.note_delivery({ seq: 3 }), 60],
    );

    expect(endpointOf(all)).toMatchObject({ owed: [], next: null });
    expect(ledgerOf(all)).toEqual([
      "1: 1 to 1 delivered",
      "2: 2 to 1 delivered",
      "3: 3 to 1 delivered",
    ]);
  });
});

describe("a delivery that failed", () => {
  test("rests, and stays the first: nothing overtakes it", () => {
    const { job } = decided(claimed, note(1, { jitter: 0 }), at(100));

    expect(owedTo(job)).toEqual(owedTo(claimed));
    expect(endpointOf(job)).toMatchObject({
      owed: [{ attempts: 1, last: anAttemptToDeliver() }, { attempts: 0 }, { attempts: 0 }],
      next: { kind: "resting", retryAt: at(5100) },
    });
    expect(job.ledger).toEqual([]);
    expect(job.events).toEqual(claimed.events);
  });

  test("rests 5 s, then twice as long each time with up to 5 s more, at most an hour", () => {
    const rests = (jitter: number) => {
      let job = claimed;
      return [1, 2, 3, 4, 5, 6, 7].map((attempt) => {
        job = decidedAll(job, [note(attempt, { jitter }), 0]);
        const { next } = endpointOf(job);
        return next?.kind === "resting" ? next.retryAt - at(10) : null;
      });
    };

    expect(rests(0)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000]);
    expect(rests(0.9999)).toEqual([9999, 14_999, 24_999, 44_999, 84_999, 164_999, 324_999]);
  });

  test("never rests longer than its callback says", () => {
    const retry = { maxAttempts: 20, baseMs: durationMs(5000), maxMs: durationMs(3_600_000) };
    let job = aToldJob([aCallback({ retry })]);
    for (let attempt = 1; attempt < 20; attempt += 1) job = decidedAll(job, [note(attempt), 0]);

    expect(endpointOf(job).next).toEqual({ kind: "resting", retryAt: at(3_600_000) });
  });

  test("rests as long as the receiver asked for", () => {
    const verdict = { ...failedBy("http_status"), restMs: durationMs(2000) };

    const { job } = decided(claimed, note(1, { verdict }), at(100));

    expect(endpointOf(job).next).toEqual({ kind: "resting", retryAt: at(2100) });
  });

  test("is given up after its last attempt, and the next one is told all the same", () => {
    let job = claimed;
    for (let attempt = 1; attempt < 8; attempt += 1) job = decidedAll(job, [note(attempt), 100]);
    expect(job.ledger).toEqual([]);

    const { job: over } = decided(job, note(8), at(200));

    expect(over.ledger).toMatchObject([{ seq: 1, state: "failed", attempts: 8 }]);
    expect(over.events.at(-1)).toMatchObject({ type: "callback.failed", data: { attempts: 8 } });
    expect(owedTo(over)).toEqual(["2 loading", "3 working"]);
    expect(endpointOf(over)).toMatchObject({
      owed: [{ attempts: 0 }, { attempts: 0 }],
      next: { kind: "sent", sends: 1, sendAgainAt: at(15_200) },
    });
  });

  test.each(["url_not_allowed", "switched_off"] as const)(
    "is given up at once where trying again cannot help: %s",
    (error) => {
      const last = anAttemptToDeliver({ status: null, error });

      const { job } = decided(claimed, note(1, { verdict: failedBy(error), last }), at(100));

      expect(job.ledger).toMatchObject([{ seq: 1, state: "failed", attempts: 1, last }]);
      expect(endpointOf(job).isGone).toBe(false);
      expect(owedTo(job)).toEqual(["2 loading", "3 working"]);
    },
  );
});

describe("an endpoint that is gone", () => {
  const last = anAttemptToDeliver({ status: 410, error: "gone" });
  const { job, effects } = decided(claimed, note(1, { verdict: gone, last }), at(100));

  test("is told nothing more of this job: all that it is owed is in the ledger, as failed", () => {
    expect(endpointOf(job)).toMatchObject({ isGone: true, owed: [], next: null });
    expect(effects).toEqual([]);
    expect(job.ledger).toMatchObject([
      { number: 1, seq: 1, state: "failed", attempts: 1, last },
      { number: 2, seq: 2, state: "failed", attempts: 0, last: { status: null, error: "gone" } },
      { number: 3, seq: 3, state: "failed", attempts: 0, last: { status: null, error: "gone" } },
    ]);
  });

  test("leaves an event for each of them", () => {
    expect(job.events.slice(3)).toMatchObject([
      { seq: 4, type: "callback.failed", data: { event_seq: 1, last_status: 410 } },
      { seq: 5, type: "callback.failed", data: { event_seq: 2, last_status: null } },
      { seq: 6, type: "callback.failed", data: { event_seq: 3, last_error: "gone" } },
    ]);
  });

  test("takes nobody else along", () => {
    const two = decidedAll(aToldJob([aCallback(), aCallback()]), [note(1, { verdict: gone }), 10]);

    expect(endpointOf(two, 2)).toMatchObject({ isGone: false, owed: [{ seq: 1 }] });
  });
});

describe("word of an attempt that is not the one to come is refused", () => {
  const rested = decidedAll(claimed, [note(1), 100]);

  test.each([
    { what: "doubled", command: note(1) },
    { what: "doubled, the other way round", command: aCommand.note_delivery() },
    { what: "of an attempt that nobody has made", command: note(3) },
    { what: "of a delivery that waits", command: note(1, { seq: 2 }) },
    { what: "of an event that is none", command: note(2, { seq: 99 }) },
    { what: "of no endpoint", command: note(2, { endpoint: 2 }) },
  ])("$what", ({ command }) => {
    expect(decide(rested, command, at(200))).toEqual({
      ok: false,
      reason: { code: "stale_delivery", status: "running" },
    });
  });

  test("late, when the delivery is over", () => {
    const over = decidedAll(aToldJob(), [aCommand.note_delivery(), 10]);

    expect(decide(over, aCommand.note_delivery(), at(20))).toMatchObject({
      reason: { code: "stale_delivery" },
    });
  });

  test("but one that comes before the rest is over was made, and counts", () => {
    const early = decided(rested, aCommand.note_delivery({ attempt: 2 }), at(200));

    expect(early.job.ledger).toMatchObject([{ seq: 1, state: "delivered", attempts: 2 }]);
  });
});

test("the end of a job stays as it is, whatever becomes of its deliveries", () => {
  const over = decidedAll(claimed, [aCommand.report(), 100]);

  const told = decidedAll(over, [note(1, { verdict: gone }), 5000]);

  expect(told).toMatchObject({ steps: over.steps, finalSeq: over.finalSeq });
});
