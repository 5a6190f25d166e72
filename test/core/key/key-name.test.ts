import fc from "fast-check";
import { expect, test } from "vitest";
import { type KeyName, keyNameText } from "../../../src/core/key/key-name.ts";

/** Words made of what could be taken for a border between two parts, and of anything else. */
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ",", "[", "]", "\\", "|", "/", ":", "\ud800", "a") }),
  fc.string(),
);
const aName: fc.Arbitrary<KeyName> = fc.record({
  tenant: hostile,
  scope: fc.oneof(
    fc.constant("idempotency" as const),
    hostile.map((word) => `dedupe:${word}` as const),
  ),
  key: hostile,
});

test("two names are one text only where all their parts are the same", () => {
  fc.assert(
    fc.property(aName, aName, (left, right) => {
      const isSame =
        left.tenant === right.tenant && left.scope === right.scope && left.key === right.key;

      expect(keyNameText(left) === keyNameText(right)).toBe(isSame);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [
    { tenant: "a", scope: "idempotency", key: "b" },
    { tenant: "", scope: "idempotency", key: "ab" },
  ],
  [
    { tenant: "", scope: "dedupe:lab/echo", key: "k" },
    { tenant: "", scope: "dedupe:lab/ec", key: "hok" },
  ],
  [
    { tenant: "a", scope: "dedupe:b", key: "c:d" },
    { tenant: "a", scope: "dedupe:b:c", key: "d" },
  ],
  [
    { tenant: "a,b", scope: "idempotency", key: "c" },
    { tenant: "a", scope: "idempotency", key: "b,c" },
  ],
  [
    { tenant: "", scope: "idempotency", key: "\ud800" },
    { tenant: "", scope: "idempotency", key: "\\ud800" },
  ],
] as const)("%j is another key than %j", (left, right) => {
  expect(keyNameText(left)).not.toBe(keyNameText(right));
});
