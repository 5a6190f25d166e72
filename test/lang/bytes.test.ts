import { describe, expect, test } from "vitest";
import { joined } from "../../src/lang/bytes.ts";

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
