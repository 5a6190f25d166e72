import { describe, expect, test } from "vitest";
import { isStateWithin, merged, STATE_BYTES_MAX } from "../../../src/core/lane/state.ts";
import type { JsonObject } from "../../../src/lang/json.ts";

describe("merged", () => {
  const state = { kept: 1, changed: { deep: true, gone: true } };

  test("changes key by key, one level deep", () => {
    const updates = { changed: { deep: false }, added: null };

    expect(merged(state, { updates, replace: false })).toEqual({
      kept: 1,
      changed: { deep: false },
      added: null,
    });
  });

  test("replaces the document where the updates say so", () => {
    expect(merged(state, { updates: { added: 2 }, replace: true })).toEqual({ added: 2 });
  });

  test("leaves what it was given as it was", () => {
    merged(state, { updates: { kept: 2 }, replace: false });

    expect(state).toEqual({ kept: 1, changed: { deep: true, gone: true } });
  });

  test.each([{ replace: false }, { replace: true }])(
    "keeps keys that look like a prototype as keys, replacing: $replace",
    ({ replace }) => {
      const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
      const updates = JSON.parse(text) as JsonObject;

      const after = merged({}, { updates, replace });

      expect(JSON.stringify(after)).toBe(text);
      expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
      expect(Reflect.get(after, "polluted")).toBeUndefined();
      expect(Reflect.get({}, "polluted")).toBeUndefined();
      expect(JSON.stringify(merged(after, { updates: {}, replace: false }))).toBe(text);
    },
  );
});

describe("isStateWithin", () => {
  test("counts the bytes of what is left after the updates, up to the last one", () => {
    const frame = JSON.stringify({ a: "" }).length;
    const most = "x".repeat(STATE_BYTES_MAX - frame);
    const updates = (a: string, replace = false) => ({ updates: { a }, replace });

    expect(isStateWithin({}, updates(most))).toBe(true);
    expect(isStateWithin({}, updates(`${most}x`))).toBe(false);
    expect(isStateWithin({ b: 1 }, updates(most))).toBe(false);
    expect(isStateWithin({ b: 1 }, updates(most, true))).toBe(true);
    expect(isStateWithin({}, updates("é".repeat(STATE_BYTES_MAX / 2)))).toBe(false);
  });
});
