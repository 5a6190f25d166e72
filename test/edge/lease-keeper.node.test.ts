import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepLease } from "../../src/edge/run/lease-keeper.ts";
import { durationMs, seconds } from "../../src/lang/time.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** An extension that fails the first `failures` times, and the instants at which it was tried. */
function extension(failures: number) {
  const triedAt: number[] = [];
  const extend = async () => {
    triedAt.push(Date.now());
    if (triedAt.length <= failures) throw new Error("Broken on purpose");
  };
  return { triedAt, extend };
}

describe("keepLease", () => {
  test.each([
    { failures: 0, everyMs: seconds(20), tried: [20_000, 40_000, 60_000] },
    { failures: 2, everyMs: seconds(20), tried: [20_000, 23_000, 26_000, 46_000] },
    { failures: 1, everyMs: durationMs(1000), tried: [1000, 2000, 3000] },
  ])(
    "extends every $everyMs ms, sooner after $failures failures",
    async ({ failures, everyMs, tried }) => {
      const { triedAt, extend } = extension(failures);

      const stop = keepLease(extend, everyMs);
      await vi.advanceTimersByTimeAsync(tried.at(-1) ?? 0);
      stop();

      expect(triedAt).toEqual(tried);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("extends no more once it is stopped, also where an extension was underway", async () => {
    const underway = Promise.withResolvers<void>();
    const stop = keepLease(() => underway.promise, seconds(20));
    await vi.advanceTimersByTimeAsync(20_000);

    stop();
    underway.resolve();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(vi.getTimerCount()).toBe(0);
  });
});
