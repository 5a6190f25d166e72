import { describe, expect, test } from "vitest";
import { readRetryAfter } from "../../../src/core/plugin/retry-after.ts";
import { T0 } from "../../support/a-job.ts";

/** T0 is 2027-01-15T08:00:00Z. */
const IN_A_MINUTE = "Fri, 15 Jan 2027 08:01:00 GMT";

describe("readRetryAfter", () => {
  test.each([
    [null, null],
    ["0", null],
    ["2", 2000],
    [" 120 ", 120_000],
    ["86400", 86_400_000],
    [IN_A_MINUTE, 60_000],
    ["Fri, 15 Jan 2027 07:59:59 GMT", null],
  ])("%s asks for %s ms, without a word", (value, retryAfterMs) => {
    expect(readRetryAfter(value, T0)).toEqual({ retryAfterMs, logs: [] });
  });

  test.each(["", "-1", "1.5", "soon", "1e3", "0x10"])("'%s' is ignored, and says so", (value) => {
    const message = `Retry-After was ignored: it must be seconds or an HTTP-date, found "${value}"`;

    expect(readRetryAfter(value, T0)).toEqual({
      retryAfterMs: null,
      logs: [{ level: "warn", message }],
    });
  });

  test.each(["86401", "1000000000", "9".repeat(400), "Fri, 22 Jan 2027 08:00:00 GMT"])(
    "'%s' becomes a day, and says so",
    (value) => {
      expect(readRetryAfter(value, T0)).toEqual({
        retryAfterMs: 86_400_000,
        logs: [
          {
            level: "warn",
            message: `Retry-After is "${value.slice(0, 100)}": the longest rest is 86400000 ms`,
          },
        ],
      });
    },
  );
});
