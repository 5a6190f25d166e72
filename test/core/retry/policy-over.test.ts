import { expect, test } from "vitest";
import { policyOver } from "../../../src/core/retry/policy-over.ts";
import { DEFAULT_RETRY } from "../../../src/core/retry/retry.ts";
import { hours, seconds } from "../../../src/lang/time.ts";

const own = { maxAttempts: 2, baseMs: seconds(5), maxMs: seconds(50) };

test.each([
  { what: "nothing is set, over nothing", own: null, set: null, policy: null },
  { what: "nothing is set", own, set: null, policy: own },
  {
    what: "one key is set, over nothing",
    own: null,
    set: { maxAttempts: 7 },
    policy: { ...DEFAULT_RETRY, maxAttempts: 7 },
  },
  {
    what: "one key is set",
    own,
    set: { baseMs: seconds(1) },
    policy: { ...own, baseMs: seconds(1) },
  },
  {
    what: "all are set",
    own,
    set: { maxAttempts: 1, baseMs: seconds(60), maxMs: seconds(61) },
    policy: { maxAttempts: 1, baseMs: seconds(60), maxMs: seconds(61) },
  },
  {
    what: "a longer first rest than the command's longest is set",
    own,
    set: { baseMs: hours(1) },
    policy: { maxAttempts: 2, baseMs: hours(1), maxMs: hours(1) },
  },
  {
    what: "a shorter longest rest than the command's first is set",
    own,
    set: { maxMs: seconds(1) },
    policy: { maxAttempts: 2, baseMs: seconds(1), maxMs: seconds(1) },
  },
])("where $what", ({ own, set, policy }) => {
  expect(policyOver(own, set)).toEqual(policy);
});
