import { describe, expect, test } from "vitest";
import { traceparentOf } from "../../src/http/traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const VALID = `00-${TRACE}-${SPAN}-01`;

describe("traceparentOf", () => {
  test.each([
    { value: VALID, kept: VALID },
    { value: `cc-${TRACE}-${SPAN}-01-what-comes-later`, kept: `cc-${TRACE}-${SPAN}-01` },
    { value: `00-${TRACE}-${SPAN}-01-more`, kept: null },
    { value: `ff-${TRACE}-${SPAN}-01`, kept: null },
    { value: VALID.toUpperCase(), kept: null },
    { value: `00-${"0".repeat(32)}-${SPAN}-01`, kept: null },
    { value: `00-${TRACE}-${"0".repeat(16)}-01`, kept: null },
    { value: `00-${TRACE}-${SPAN}`, kept: null },
    { value: "", kept: null },
  ])("of $value keeps $kept", ({ value, kept }) => {
    expect(traceparentOf(new Headers({ traceparent: value }))).toBe(kept);
  });

  test("of a caller without one is nothing", () => {
    expect(traceparentOf(new Headers())).toBeNull();
  });
});
