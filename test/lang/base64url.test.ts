import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../src/lang/base64url.ts";

test("bytes become what Buffer makes of them, and come back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);

      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
});

test.each(["a", "abcde", "a+b/", "YQ==", "ä", "ab c"])("%j is not base64url", (text) => {
  expect(fromBase64url(text)).toBeNull();
});
