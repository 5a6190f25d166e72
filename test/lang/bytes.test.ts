import { describe, expect, test } from "vitest";
import { fromHex, joined, toHex } from "../../src/lang/bytes.ts";

describe("joined", () => {
  test.each([
    { chunks: [], whole: [] },
    { chunks: [[1, 2]], whole: [1, 2] },
    { chunks: [[1], [], [2, 3], [4]], whole: [1, 2, 3, 4] },
  ])("puts $chunks together", ({ chunks, whole }) => {
    const pieces = chunks.map((chunk) => Uint8Array.from(chunk));

    expect([...joined(pieces, whole.length)]).toEqual(whole);
  });
});

describe("hexadecimal digits", () => {
  test.each([
    { text: "", bytes: [] },
    { text: "00", bytes: [0] },
    { text: "0aff10", bytes: [10, 255, 16] },
  ])("are read and written: $text", ({ text, bytes }) => {
    expect([...(fromHex(text) ?? [])]).toEqual(bytes);
    expect(toHex(Uint8Array.from(bytes))).toBe(text);
  });

  test("are read in capitals too", () => {
    expect(fromHex("0AFf")).toEqual(Uint8Array.from([10, 255]));
  });

  test.each(["0", "0a1", "zz", "0x10", " 00", "00\n", "0 "])("are no others: %j", (text) => {
    expect(fromHex(text)).toBeNull();
  });
});
