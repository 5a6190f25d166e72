import { describe, expect, test } from "vitest";
import { deliveryNamed } from "../../../src/core/callback/delivery-view.ts";
import { failedBy, type Verdict } from "../../../src/core/callback/verdict.ts";
import type { NoteDelivery, Resend } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Job } from "../../../src/core/job/job.ts";
import {
  anAttemptToDeliver,
  aToldJob,
  endpointOf,
  ledgerOf,
  owedTo,
} from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import { at } from "../../support/a-job.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const failing: Verdict = failedBy("http_status");
const gone: Verdict = { kind: "gone" };
const note = (seq: number, attempt: number, over: Partial<NoteDelivery> = {}) =>
  aCommand.note_delivery({ seq, attempt, ...over });

/** As the shell does it: the delivery as it stands, by its id. */
function resend(job: Job, seq: number): Resend {
  const delivery = deliveryNamed(job, job.ledger, `msg_job-1_1_${seq}`);
  if (delivery === null) throw new Error(`There is no delivery of event ${seq}`);
  return { kind: "resend", delivery };
}

const queued = aToldJob();
const claimed = decidedAll(queued, [aCommand.claim(), 10]);
const last = anAttemptToDeliver({ status: 500, error: "http_status" });

describe("a delivery that is over", () => {
  const told = decidedAll(queued, [note(1, 1), 10]);
  const { job, effects } = decided(told, resend(told, 1), at(100));

  test("is sent once more, at once where nothing else is on its way", () => {
    expect(endpointOf(job)).toMatchObject({
      owed: [{ seq: 1, attempts: 1, attemptsBefore: 1, isResent: true }],
      next: { kind: "sent", sends: 1, sendAgainAt: at(15_100) },
    });
    expect(effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
  });

  test("says the change that it said before", () => {
    expect(endpointOf(job).owed[0]?.change).toEqual({ state: "queued", previous: null });
    expect(endpointOf(job).knownState).toBe("queued");
  });

  test("is no news: nothing is recorded until it has ended again", () => {
    expect(job.events).toEqual(told.events);
    expect(ledgerOf(job)).toEqual(["1: 1 to 1 delivered"]);

    const again = decidedAll(job, [note(1, 2), 200]);

    expect(ledgerOf(again)).toEqual(["1: 1 to 1 delivered", "2: 1 to 1 delivered"]);
    expect(again.events.map(({ type }) => type)).toEqual([
      "job.queued",
      "callback.delivered",
      "callback.delivered",
    ]);
  });

  test("is tried as often as a new one, with the rests of a new one", () => {
    let so = job;
    for (let attempt = 2; attempt < 9; attempt += 1) {
      so = decidedAll(so, [note(1, attempt, { verdict: failing, jitter: 0 }), 100]);
      const restMs = 5000 * 2 ** (attempt - 2);
      expect(endpointOf(so).next).toEqual({ kind: "resting", retryAt: at(100 + restMs) });
    }

    const over = decidedAll(so, [note(1, 9, { verdict: failing }), 200]);

    expect(over.ledger.at(-1)).toMatchObject({ seq: 1, state: "failed", attempts: 9 });
  });

  test("goes behind what the endpoint is owed already", () => {
    const busy = decidedAll(claimed, [note(1, 1), 20]);

    const { job: behind, effects: none } = decided(busy, resend(busy, 1), at(30));

    expect(owedTo(behind)).toEqual(["2 loading", "3 working", "1 queued"]);
    expect(endpointOf(behind).next).toEqual(endpointOf(busy).next);
    expect(none).toEqual([]);
  });

  test("is not moved by word of an attempt that was made before", () => {
    expect(decide(job, note(1, 1), at(200))).toMatchObject({ reason: { code: "stale_delivery" } });
  });

  test("is asked for twice and sent once", () => {
    expect(decided(job, resend(told, 1), at(110))).toEqual({ job, effects: [] });
  });
});

describe("a delivery that is pending", () => {
  test("is tried now where it rests, with the attempts that it has left", () => {
    const rested = decidedAll(claimed, [note(1, 1, { verdict: failing, last }), 20]);

    const { job, effects } = decided(rested, resend(rested, 1), at(30));

    expect(effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
    expect(endpointOf(job)).toEqual({
      ...endpointOf(rested),
      next: { kind: "sent", sends: 1, sendAgainAt: at(15_030) },
    });
    expect(endpointOf(job).owed[0]).toMatchObject({ attempts: 1, attemptsBefore: 0, last });
  });

  test("stays as it is where it is on its way", () => {
    expect(decided(claimed, resend(claimed, 1), at(20))).toEqual({ job: claimed, effects: [] });
  });

  test("waits for those before it, also where they rest", () => {
    const rested = decidedAll(claimed, [note(1, 1, { verdict: failing }), 20]);

    expect(decided(rested, resend(rested, 3), at(30))).toEqual({ job: rested, effects: [] });
  });
});

describe("an endpoint that was gone", () => {
  const left = decidedAll(claimed, [note(1, 1, { verdict: gone }), 20]);
  const asked = decidedAll(left, [resend(left, 2), 30]);

  test("is asked again, and told what comes from then on", () => {
    expect(endpointOf(asked)).toMatchObject({ isGone: false, owed: [{ seq: 2 }] });

    const back = decidedAll(asked, [note(2, 1), 40], [aCommand.report(), 50]);

    expect(ledgerOf(back).at(-1)).toBe("4: 2 to 1 delivered");
    expect(owedTo(back)).toEqual(["8 done"]);
  });

  test("is gone again where it says so again", () => {
    const again = decidedAll(asked, [aCommand.report(), 40], [note(2, 1, { verdict: gone }), 50]);

    expect(endpointOf(again)).toMatchObject({ isGone: true, owed: [], next: null });
    expect(ledgerOf(again).slice(3)).toEqual(["4: 2 to 1 failed", "5: 7 to 1 failed"]);
  });
});

describe("what was asked for again, and waits while its endpoint turns out to be gone", () => {
  const goneAfter = (over: Partial<NoteDelivery>) => {
    const first = decidedAll(queued, [note(1, 1, over), 10], [aCommand.claim(), 20]);
    return decidedAll(first, [resend(first, 1), 30], [note(3, 1, { verdict: gone }), 40]);
  };

  test("is not told of as if it had failed of the success that it was before", () => {
    expect(goneAfter({}).ledger.at(-1)).toMatchObject({
      seq: 1,
      state: "failed",
      attempts: 1,
      last: { at: at(40), status: null, error: "gone" },
    });
  });

  test("keeps what it failed of before", () => {
    const failed = goneAfter({ verdict: failedBy("switched_off"), last });

    expect(failed.ledger.at(-1)).toMatchObject({ seq: 1, state: "failed", attempts: 1, last });
  });
});

test("a job that is over sends again like any other", () => {
  const over = decidedAll(queued, [aCommand.cancel(), 10], [note(1, 1), 20], [note(2, 1), 30]);

  const { job, effects } = decided(over, resend(over, 2), at(100));

  expect(owedTo(job)).toEqual(["2 cancelled"]);
  expect(effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
});

test("a delivery to nobody is refused", () => {
  expect(decide(queued, aCommand.resend({ endpoint: 2 }), at(10))).toEqual({
    ok: false,
    reason: { code: "delivery_not_found", status: "queued" },
  });
});

test("a ledger that is full takes no more", () => {
  const over = decidedAll(queued, [aCommand.cancel(), 10], [note(1, 1), 20], [note(2, 1), 30]);
  const full = { ...over, ledger: over.ledger.map((entry) => ({ ...entry, number: 4000 })) };

  expect(decide(full, resend(over, 2), at(100))).toEqual({
    ok: false,
    reason: { code: "too_many_deliveries", status: "cancelled" },
  });
});
