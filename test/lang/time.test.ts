import { expect, test } from "vitest";
import {
  after,
  between,
  days,
  earliest,
  epochMs,
  hours,
  latest,
  minutes,
  rfc3339,
  seconds,
} from "../../src/lang/time.ts";

const at = epochMs;

test("lengths count in milliseconds", () => {
  expect([seconds(2), minutes(2), hours(2), days(2)]).toEqual([
    2000, 120_000, 7_200_000, 172_800_000,
  ]);
});

test("instants are compared and moved, and a clock that went back has taken no time", () => {
  expect(after(at(5), seconds(1))).toBe(1005);
  expect(earliest(at(5), at(3), at(9))).toBe(3);
  expect(latest(at(5), at(3), at(9))).toBe(9);
  expect(between(at(5), at(9))).toBe(4);
  expect(between(at(9), at(5))).toBe(0);
});

test("times on the wire are RFC 3339 in UTC with milliseconds", () => {
  expect(rfc3339(at(0))).toBe("1970-01-01T00:00:00.000Z");
  expect(rfc3339(at(1_800_000_000_007))).toBe("2027-01-15T08:00:00.007Z");
});
