import { describe, expect, test } from "vitest";
import {
  type EndpointRecord,
  isForgotten,
  withFailure,
} from "../../../src/core/callback/endpoint-switch.ts";
import { days } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const failing: EndpointRecord = { failingSince: T0, heardAt: T0, offSince: null };
const off: EndpointRecord = { failingSince: T0, heardAt: at(10), offSince: at(10) };
const failed = { isGone: false };
const gone = { isGone: true };

describe("a receiver that fails", () => {
  test("is remembered from its first failure", () => {
    expect(withFailure(null, failed, T0)).toEqual(failing);
  });

  test("is tried as long as it has not failed for five days", () => {
    expect(withFailure(failing, failed, at(days(5) - 1))).toEqual({
      failingSince: T0,
      heardAt: at(days(5) - 1),
      offSince: null,
    });
  });

  test("is switched off once it has failed for five days", () => {
    expect(withFailure(failing, failed, at(days(5)))).toEqual({
      failingSince: T0,
      heardAt: at(days(5)),
      offSince: at(days(5)),
    });
  });

  test.each([
    { what: "never failed", record: null, failingSince: at(10) },
    { what: "failed before", record: failing, failingSince: T0 },
  ])("is switched off at once when it is gone, where it $what", ({ record, failingSince }) => {
    expect(withFailure(record, gone, at(10))).toEqual({ ...off, failingSince });
  });

  test("stays off since it was switched off, also where it is heard of again", () => {
    expect(withFailure(off, failed, at(20))).toEqual({ ...off, heardAt: at(20) });
    expect(withFailure(off, gone, at(days(9)))).toEqual({ ...off, heardAt: at(days(9)) });
  });
});

test("a receiver is forgotten 30 days after it was last heard of", () => {
  expect(isForgotten(off, at(10 + days(30) - 1))).toBe(false);
  expect(isForgotten(off, at(10 + days(30)))).toBe(true);
});
