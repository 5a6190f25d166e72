import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Bytes, utf8Length, utf8Prefix } from "../../src/lang/text.ts";

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("\ud83d", "\ude00", "😀"), fc.string()),
});
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

describe("utf8Length", () => {
  test("counts what an encoder would write, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Length(text)).toBe(bytesOf(text));
      }),
    );
  });
});

describe("utf8Bytes", () => {
  test("are those that an encoder would write, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Bytes(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  test.each(["", "\u0000", "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}"])(
    "are right to the last of each length: %j",
    (text) => {
      expect(utf8Bytes(text)).toEqual(new Uint8Array(Buffer.from(text, "utf8")));
    },
  );

  test.each([
    "\ud83d",
    "\ude00",
    "a\ud83d",
    "\ude00\ud83d",
    "\ud83da",
    "\udfff",
    "\ud800\u{10000}",
  ])("have the replacement character for half a character: %j", (text) => {
    expect(utf8Bytes(text)).toEqual(new TextEncoder().encode(text.toWellFormed()));
  });
});

describe("utf8Prefix", () => {
  test("keeps as much as fits, and never half a character", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 60 }), (text, bytesMax) => {
        const prefix = utf8Prefix(text, bytesMax);
        const [next = ""] = text.slice(prefix.length);

        expect(text.startsWith(prefix)).toBe(true);
        expect(bytesOf(prefix)).toBeLessThanOrEqual(bytesMax);
        expect(next === "" || bytesOf(prefix + next) > bytesMax).toBe(true);
      }),
    );
  });

  test.each([
    { text: "aé😀", bytesMax: 7, prefix: "aé😀" },
    { text: "aé😀", bytesMax: 6, prefix: "aé" },
    { text: "aé😀", bytesMax: 2, prefix: "a" },
    { text: "aé😀", bytesMax: 0, prefix: "" },
  ])("cuts $text to $bytesMax bytes", ({ text, bytesMax, prefix }) => {
    expect(utf8Prefix(text, bytesMax)).toBe(prefix);
  });
});
