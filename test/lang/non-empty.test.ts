import { expect, test } from "vitest";
import { isNonEmpty, lastOf, mapNonEmpty } from "../../src/lang/non-empty.ts";

test("a list that cannot be empty always has a last element, and stays non-empty", () => {
  expect([[], [0]].map(isNonEmpty)).toEqual([false, true]);
  expect(lastOf([1])).toBe(1);
  expect(lastOf([1, 2, 3])).toBe(3);
  expect(mapNonEmpty([1, 2], (n) => n * 2)).toEqual([2, 4]);
});
