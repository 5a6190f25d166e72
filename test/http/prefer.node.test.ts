import { describe, expect, test } from "vitest";
import { readPrefer } from "../../src/http/prefer.ts";

describe("readPrefer", () => {
  test.each([
    { header: null, respondAsync: false, wait: null },
    { header: "", respondAsync: false, wait: null },
    { header: "respond-async", respondAsync: true, wait: null },
    { header: "wait=10", respondAsync: false, wait: 10 },
    { header: "respond-async, wait=10", respondAsync: true, wait: 10 },
    { header: "Respond-Async;q=1,Wait = 7 ", respondAsync: true, wait: 7 },
    { header: 'Wait="5"', respondAsync: false, wait: 5 },
    { header: "wait=0", respondAsync: false, wait: 0 },
    { header: "wait=99999999999", respondAsync: false, wait: 99_999_999_999 },
    { header: "wait=5, wait=20", respondAsync: false, wait: 5 },
    { header: "foo; wait=5", respondAsync: false, wait: null },
    { header: "wait=-1", respondAsync: false, wait: null },
    { header: "wait=abc", respondAsync: false, wait: null },
    { header: "wait=1.5", respondAsync: false, wait: null },
    { header: "wait", respondAsync: false, wait: null },
    { header: "return=minimal, handling=strict", respondAsync: false, wait: null },
  ])("reads $header", ({ header, ...preferences }) => {
    expect(readPrefer(header)).toEqual(preferences);
  });
});
