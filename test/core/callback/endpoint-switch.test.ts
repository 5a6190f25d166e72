import { describe, expect, test } from "vitest";
import {
  type EndpointRecord,
  isForgotten,
  withFailure,
} from "../../../src/core/callback/endpoint-switch.ts";
import { days, hours } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const failing: EndpointRecord = { failingSince: T0, failures: 1, heardAt: T0, offSince: null };
const off: EndpointRecord = { failingSince: T0, failures: 1, heardAt: at(10), offSince: at(10) };
const failed = { isGone: false };
const gone = { isGone: true };

/** Fails every so often, from the first failure on, and is heard of each time. */
function failingEvery(everyMs: number, untilMs: number): EndpointRecord {
  let record = withFailure(null, failed, T0);
  for (let ms = everyMs; ms <= untilMs; ms += everyMs) record = withFailure(record, failed, at(ms));
  return record;
}

describe("a receiver that fails", () => {
  test("is remembered from its first failure", () => {
    expect(withFailure(null, failed, T0)).toEqual(failing);
  });

  test("is tried as long as it has not failed for five days, and not after", () => {
    const untilMs = days(5) - hours(6);

    expect(failingEvery(hours(6), untilMs)).toMatchObject({ failingSince: T0, offSince: null });
    expect(failingEvery(hours(6), days(5))).toEqual({
      failingSince: T0,
      failures: 21,
      heardAt: at(days(5)),
      offSince: at(days(5)),
    });
  });

  test("a few times only has had an outage, however long it is since the first", () => {
    expect(failingEvery(hours(23), days(5) + hours(23))).toMatchObject({
      failures: 7,
      offSince: null,
    });
  });

  test("for five days is switched off by its tenth failure, and not by its ninth", () => {
    const untilMs = days(5) + hours(15);

    expect(failingEvery(hours(15), days(5))).toMatchObject({ failures: 9, offSince: null });
    expect(failingEvery(hours(15), untilMs)).toMatchObject({ failures: 10, offSince: at(untilMs) });
  });

  test("after a day without a word fails anew", () => {
    const record = failingEvery(hours(1), days(4));

    expect(withFailure(record, failed, at(days(5)))).toEqual({
      failingSince: at(days(5)),
      failures: 1,
      heardAt: at(days(5)),
      offSince: null,
    });
  });

  test("is switched off at once when it is gone", () => {
    expect(withFailure(null, gone, at(10))).toEqual({ ...off, failingSince: at(10) });
    expect(withFailure(failing, gone, at(10))).toEqual({ ...off, failures: 2 });
  });

  test("stays off since it was switched off, also where it is heard of again", () => {
    expect(withFailure(off, failed, at(20))).toMatchObject({ offSince: at(10), heardAt: at(20) });
    expect(withFailure(off, gone, at(days(9)))).toMatchObject({ offSince: at(10) });
  });
});

test("a receiver is forgotten 30 days after it was last heard of", () => {
  expect(isForgotten(off, at(10 + days(30) - 1))).toBe(false);
  expect(isForgotten(off, at(10 + days(30)))).toBe(true);
});
