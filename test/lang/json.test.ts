import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, type Json, jsonDepth } from "../../src/lang/json.ts";

function depthOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("jsonDepth", () => {
  test("agrees with the parsed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "large" }), (value) => {
        expect(jsonDepth(JSON.stringify(value))).toBe(depthOf(value as Json));
      }),
    );
  });

  test.each([
    { text: '"[[["', depth: 0 },
    { text: '{"a\\"[":["]\\\\"]}', depth: 2 },
    { text: "[".repeat(2_000_000), depth: 2_000_000 },
    { text: "", depth: 0 },
  ])("counts brackets outside strings only", ({ text, depth }) => {
    expect(jsonDepth(text)).toBe(depth);
  });
});

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  ["{}", false],
])("isJsonObject(%j) is %s", (value, expected) => {
  expect(isJsonObject(value)).toBe(expected);
});
