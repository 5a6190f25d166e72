import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/lang/base64.ts";

describe("base64", () => {
  test("is what Node makes of any bytes, and reads back as they were", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  test("holds for more bytes than are put together at once", () => {
    const bytes = Uint8Array.from({ length: 40_001 }, (_, index) => (index * 31) % 256);

    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  });

  test.each(["a", "ab", "abc", "ab=c", "====", "abcd=", "ab_-", "abcd\n", "äbcd"])(
    "%j is none",
    (text) => {
      expect(fromBase64(text)).toBeNull();
    },
  );
});
