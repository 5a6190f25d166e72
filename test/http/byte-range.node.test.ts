import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRange } from "../../src/http/byte-range.ts";

const ETAG = '"abc"';
const range = (value: string, bytes: number, condition?: string) =>
  readRange(
    new Headers({ range: value, ...(condition === undefined ? {} : { "if-range": condition }) }),
    { bytes, etag: ETAG },
  );

describe("a reader who asks for some of ten bytes", () => {
  test.each([
    { value: "bytes=0-0", offset: 0, length: 1 },
    { value: "bytes=0-9", offset: 0, length: 10 },
    { value: "bytes=2-5", offset: 2, length: 4 },
    { value: "bytes=9-9", offset: 9, length: 1 },
    { value: "bytes=5-", offset: 5, length: 5 },
    { value: "bytes=9-", offset: 9, length: 1 },
    { value: "bytes=2-99", offset: 2, length: 8 },
    { value: "bytes=2-999999999999999", offset: 2, length: 8 },
    { value: "bytes=-1", offset: 9, length: 1 },
    { value: "bytes=-10", offset: 0, length: 10 },
    { value: "bytes=-99", offset: 0, length: 10 },
  ])("gets them: $value", ({ value, offset, length }) => {
    expect(range(value, 10)).toEqual({ offset, length });
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=99-100", "bytes=-0"])(
    "hears where there are none: %s",
    (value) => {
      expect(range(value, 10)).toBe("beyond");
    },
  );

  test.each(["bytes=1-9999999999999999", "bytes=1-99999999999999999999999999"])(
    "goes up to the end: %s",
    (value) => {
      expect(range(value, 10)).toEqual({ offset: 1, length: 9 });
    },
  );

  test("has nothing that begins beyond all numbers", () => {
    expect(range("bytes=99999999999999999999-", 10)).toBe("beyond");
  });

  test.each([
    ...["bytes=0-1,3-4", "bytes=0-1, 3-4", "bytes=-", "bytes=", "bytes=5-2", "bytes=a-b"],
    ...["bytes=1-2-3", "bytes=+1-2", "bytes=1.5-2", "bytes=0x1-2", "items=0-1", "0-1", ""],
    ...["bytes = 0-1", "bytes=-1-"],
  ])("gets the whole for what is no range, or several: %j", (value) => {
    expect(range(value, 10)).toBeNull();
  });

  test("gets the whole where nothing is asked for", () => {
    expect(readRange(new Headers(), { bytes: 10, etag: ETAG })).toBeNull();
  });
});

describe("a reader who has the beginning already", () => {
  test.each([ETAG, ` ${ETAG} `])("gets the rest, where it is of this: %j", (condition) => {
    expect(range("bytes=5-", 10, condition)).toEqual({ offset: 5, length: 5 });
  });

  test.each(['"other"', 'W/"abc"', "abc", "Sat, 21 Nov 2026 10:00:00 GMT", "*"])(
    "gets the whole, where it is of something else: %j",
    (condition) => {
      expect(range("bytes=5-", 10, condition)).toBeNull();
      expect(range("bytes=50-", 10, condition)).toBeNull();
    },
  );
});

test.each(["bytes=0-", "bytes=0-0", "bytes=-1"])("nothing has no range: %s", (value) => {
  expect(range(value, 0)).toBe("beyond");
});

test("what a reader gets is what slicing the bytes would give, and never nothing", () => {
  const aNumber = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(aNumber, aNumber, aNumber, (first, last, bytes) => {
      const whole = Array.from({ length: bytes }, (_, index) => index);
      const [offset, ...others] = whole.slice(first, last + 1);
      const some = offset === undefined ? "beyond" : { offset, length: 1 + others.length };

      expect(range(`bytes=${first}-${last}`, bytes)).toEqual(last < first ? null : some);
    }),
  );
});
