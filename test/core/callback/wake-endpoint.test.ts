import { describe, expect, test } from "vitest";
import {
  endpointWakeAt,
  owesAnybody,
  wokenEndpoint,
} from "../../../src/core/callback/wake-endpoint.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { days, minutes } from "../../../src/lang/time.ts";
import {
  aCallback,
  aDelivery,
  anEndpoint,
  aToldJob,
  endpointOf,
} from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import { aJob, aState, at } from "../../support/a-job.ts";
import { seatCallback, seatOf } from "../../support/a-seat.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const sent = (sends: number, ms: number) =>
  anEndpoint({ owed: [aDelivery()], next: { kind: "sent", sends, sendAgainAt: at(ms) } });
const resting = (ms: number) =>
  anEndpoint({ owed: [aDelivery()], next: { kind: "resting", retryAt: at(ms) } });

const jobWith = (...endpoints: readonly ReturnType<typeof anEndpoint>[]) =>
  aJob(aState.running(), { endpoints });

function woken(endpoint: ReturnType<typeof anEndpoint>, ms: number) {
  const job = jobWith(endpoint);
  const { job: next, effects } = wokenEndpoint(job, endpoint, at(ms));
  return { isSame: next === job, next: endpointOf(next).next, effects };
}

const again = [{ kind: "deliver", endpoint: 1 }];

describe("an endpoint that is woken", () => {
  test("and is owed nothing stays as it is", () => {
    expect(woken(anEndpoint(), 99_999)).toEqual({ isSame: true, next: null, effects: [] });
  });

  test.each([sent(1, 15_000), resting(15_000)])(
    "too early stays as it is: $next.kind",
    (endpoint) => {
      expect(woken(endpoint, 14_999)).toEqual({ isSame: true, next: endpoint.next, effects: [] });
    },
  );

  test("after its rest is told", () => {
    expect(woken(resting(15_000), 15_000)).toEqual({
      isSame: false,
      next: { kind: "sent", sends: 1, sendAgainAt: at(30_000) },
      effects: again,
    });
  });

  test.each([
    { sends: 1, restMs: 30_000 },
    { sends: 2, restMs: 60_000 },
    { sends: 4, restMs: 240_000 },
    { sends: 5, restMs: 300_000 },
    { sends: 5000, restMs: 300_000 },
  ])(
    "after $sends messages that nobody answered for is sent another, and rests $restMs ms",
    (given) => {
      const { sends, restMs } = given;

      expect(woken(sent(sends, 15_000), 20_000)).toEqual({
        isSame: false,
        next: { kind: "sent", sends: sends + 1, sendAgainAt: at(20_000 + restMs) },
        effects: again,
      });
    },
  );
});

describe("a job that is woken", () => {
  test("wakes those of its endpoints that are due, and lets the others rest", () => {
    const [first, second, third] = [sent(1, 10_000), resting(10_001), resting(9000)];
    const job = jobWith(first, { ...second, number: 2 }, { ...third, number: 3 });

    const { job: next, effects } = decided(job, aCommand.wake(), at(10_000));

    expect(effects).toEqual([
      { kind: "deliver", endpoint: 1 },
      { kind: "deliver", endpoint: 3 },
    ]);
    expect(endpointOf(next, 2).next).toEqual({ kind: "resting", retryAt: at(10_001) });
  });

  test("wakes endpoints beside the step that is due", () => {
    const job = aToldJob();

    expect(decided(job, aCommand.wake(), at(15_000)).effects).toEqual([
      { kind: "send", step: "main", attempt: 1 },
      { kind: "deliver", endpoint: 1 },
    ]);
  });
});

describe("a job that owes somebody something", () => {
  test("is to be woken when the first of step and endpoints is due", () => {
    const job = jobWith(resting(20_000), { ...sent(1, 12_000), number: 2 });

    expect(wakeAt(jobWith(anEndpoint()))).toBe(at(30_000));
    expect(wakeAt(jobWith(resting(40_000)))).toBe(at(30_000));
    expect(wakeAt(job)).toBe(at(12_000));
  });

  test("stays past its retention, until everybody was told or given up on", () => {
    const over = decidedAll(aToldJob([aCallback({ events: ["job.cancelled"] })]), [
      aCommand.cancel(),
      1000,
    ]);
    const late = days(30) + 1000;
    expect(owesAnybody(over)).toBe(true);
    expect(wakeAt(over)).toBe(at(16_000));

    const { job: kept, effects } = decided(over, aCommand.wake(), at(late));
    expect(effects).toEqual(again);
    expect(wakeAt(kept)).toBe(at(late + 30_000));

    const told = decidedAll(kept, [aCommand.note_delivery({ seq: 2 }), late + 5]);
    expect(owesAnybody(told)).toBe(false);
    expect(wakeAt(told)).toBe(at(late));
    expect(decided(told, aCommand.wake(), at(late + 6)).effects).toEqual([{ kind: "erase" }]);
  });
});

describe("a seat needs attention", () => {
  const seat = seatOf(aToldJob([seatCallback()]));
  const late = { ...seat, owed: [aDelivery()], next: resting(minutes(14) + 5).next };

  test("when it is to hear that the job takes longer, while that is open", () => {
    expect(endpointWakeAt(seat, true)).toBe(at(minutes(14)));
    expect(endpointWakeAt(seat, false)).toBeNull();
  });

  test("for that before what it is owed is due, and for the rest once the job is over", () => {
    expect(endpointWakeAt(late, true)).toBe(at(minutes(14)));
    expect(endpointWakeAt(late, false)).toBe(at(minutes(14) + 5));
  });
});

test("an endpoint needs attention when its message or its rest is over", () => {
  expect([anEndpoint(), sent(1, 5), resting(7)].map((each) => endpointWakeAt(each, true))).toEqual([
    null,
    at(5),
    at(7),
  ]);
});
