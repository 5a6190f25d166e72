import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_RETRY, INTERACTIVE_RETRY, retryDelayMs } from "../../../src/core/retry/retry.ts";

describe("retryDelayMs", () => {
  test.each([
    { attempt: 1, jitter: 0, delayMs: 30_000 },
    { attempt: 1, jitter: 0.5, delayMs: 45_000 },
    { attempt: 2, jitter: 0, delayMs: 60_000 },
    { attempt: 3, jitter: 0.999, delayMs: 149_970 },
    { attempt: 9, jitter: 0, delayMs: 3_600_000 },
    { attempt: 1000, jitter: 0.5, delayMs: 3_600_000 },
  ])("rests $delayMs ms after attempt $attempt with jitter $jitter", ({ delayMs, ...given }) => {
    expect(retryDelayMs(DEFAULT_RETRY, given.attempt, given.jitter)).toBe(delayMs);
  });

  test("fits three interactive attempts into five seconds of patience", () => {
    const delays = [1, 2].map((attempt) => retryDelayMs(INTERACTIVE_RETRY, attempt, 0.999));

    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(5000);
  });

  test("stays between base and maximum for every attempt and jitter", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, jitter) => {
          const delayMs = retryDelayMs(DEFAULT_RETRY, attempt, jitter);
          expect(delayMs).toBeGreaterThanOrEqual(DEFAULT_RETRY.baseMs);
          expect(delayMs).toBeLessThanOrEqual(DEFAULT_RETRY.maxMs);
        },
      ),
    );
  });

  test.each([
    { attempt: 0, jitter: 0, why: "attempt must be >= 1: current value is 0" },
    { attempt: 1, jitter: 1, why: "jitter must be in [0, 1): current value is 1" },
    { attempt: 1, jitter: -0.1, why: "jitter must be in [0, 1): current value is -0.1" },
  ])("stops on attempt $attempt with jitter $jitter", ({ attempt, jitter, why }) => {
    expect(() => retryDelayMs(DEFAULT_RETRY, attempt, jitter)).toThrow(why);
  });
});
