import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/lang/canonical-json.ts";
import type { Json } from "../../src/lang/json.ts";

/** The same value, with the keys of every object the other way round. */
function reversed(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(entries.toReversed());
}

describe("canonicalJson", () => {
  test("says what was said, in whatever order the keys come", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
        const text = canonicalJson(value as Json);

        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value as Json))).toBe(text);
      }),
    );
  });

  test.each([
    {
      text: '{"b":1,"a":{"d":[2,{"f":3,"e":4}],"c":5}}',
      canonical: '{"a":{"c":5,"d":[2,{"e":4,"f":3}]},"b":1}',
    },
    { text: ' { "a" : 1.0 , "b" : -0 } ', canonical: '{"a":1,"b":0}' },
    { text: '{"10":1,"9":2}', canonical: '{"10":1,"9":2}' },
    { text: '{"__proto__":{"x":1},"a":1}', canonical: '{"__proto__":{"x":1},"a":1}' },
    { text: '{"a":1,"a":2}', canonical: '{"a":2}' },
    { text: '["b","a"]', canonical: '["b","a"]' },
    { text: "null", canonical: "null" },
  ])("writes $text as $canonical", ({ text, canonical }) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  test("tells values apart that look alike", () => {
    const texts = [
      '{"a":1}',
      '{"a":"1"}',
      '{"a":[1]}',
      '{"a":null}',
      "{}",
      "[]",
      '{"__proto__":{}}',
    ];

    expect(new Set(texts.map((text) => canonicalJson(JSON.parse(text)))).size).toBe(texts.length);
  });
});
