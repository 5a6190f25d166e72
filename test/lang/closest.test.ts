import { describe, expect, test } from "vitest";
import { closest, didYouMean } from "../../src/lang/closest.ts";

const KEYS = ["payload", "wait", "timeout", "callback_url", "max_attempts"];

describe("closest", () => {
  test.each([
    ["wiat", "wait"],
    ["Wait", "wait"],
    ["timout", "timeout"],
    ["callbackUrl", "callback_url"],
    ["max_atempts", "max_attempts"],
    ["payloads", "payload"],
    ["xyz", null],
    ["", null],
    ["w".repeat(65), null],
  ])("finds for %j: %j", (word, found) => {
    expect(closest(word, KEYS)).toBe(found);
  });
});

describe("didYouMean", () => {
  test("adds a question, or nothing", () => {
    expect(didYouMean("wiat", KEYS)).toBe(': did you mean "wait"?');
    expect(didYouMean("zzz", KEYS)).toBe("");
  });
});
