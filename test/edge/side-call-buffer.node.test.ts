import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SideCalls } from "../../src/core/job/side-calls.ts";
import { type SendBatch, SideCallBuffer } from "../../src/edge/job/side-call-buffer.ts";
import { ok, refuse } from "../../src/lang/result.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A job that takes every batch, and remembers when it came. */
function aJob() {
  const start = Date.now();
  const batches: (SideCalls & { readonly atMs: number })[] = [];
  const send: SendBatch = async (batch) => {
    batches.push({ ...batch, atMs: Date.now() - start });
    return ok(null);
  };
  return { batches, send };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("side calls of an attempt", () => {
  test("made together go out together, within moments", async () => {
    const job = aJob();
    const calls = new SideCallBuffer(job.send);

    calls.progress({ percent: 10 });
    calls.output("a");
    await pass(5);

    expect(job.batches).toEqual([
      { from: "runner", number: 1, progress: { percent: 10, message: null }, text: "a", atMs: 5 },
    ]);
  });

  test("go out at most ten times a second: the newest progress, and all of the text", async () => {
    const job = aJob();
    const calls = new SideCallBuffer(job.send);

    for (let ms = 0; ms < 1000; ms += 1) {
      calls.progress({ percent: ms / 10 });
      calls.output(`${ms} `);
      await pass(1);
    }
    const left = await calls.end();

    const all = [...job.batches, ...left];
    expect(job.batches.length).toBeLessThanOrEqual(10);
    expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
    const numbers = Array.from({ length: 1000 }, (_, ms) => `${ms} `).join("");
    expect(all.map(({ text }) => text).join("")).toBe(numbers);
    expect(all.at(-1)?.progress?.percent).toBe(99.9);
  });

  test("begin anew after a silence", async () => {
    const job = aJob();
    const calls = new SideCallBuffer(job.send);

    calls.output("a");
    await pass(500);
    calls.output("b");
    await pass(5);

    expect(job.batches.map(({ text, atMs }) => [text, atMs])).toEqual([
      ["a", 5],
      ["b", 505],
    ]);
  });

  test("that did not arrive go again as they were, before what was said since", async () => {
    const job = aJob();
    let failures = 2;
    const calls = new SideCallBuffer(async (batch) => {
      failures -= 1;
      if (failures >= 0) throw new Error("unreachable");
      return job.send(batch);
    });

    calls.output("a");
    await pass(50);
    calls.output("b");
    await pass(500);

    expect(job.batches.map(({ number, text }) => [number, text])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  test("that never arrived are left for the report, as they were", async () => {
    const calls = new SideCallBuffer(async () => {
      throw new Error("unreachable");
    });

    calls.output("a");
    await pass(50);
    calls.output("b");
    calls.progress({ message: "nearly" });
    const left = await calls.end();

    expect(left).toEqual([
      { from: "runner", number: 1, progress: null, text: "a" },
      { from: "runner", number: 2, progress: { percent: null, message: "nearly" }, text: "b" },
    ]);
  });

  test("wait for a batch that is underway before they end", async () => {
    const underway = Promise.withResolvers<void>();
    const calls = new SideCallBuffer(async () => {
      await underway.promise;
      return ok(null);
    });
    calls.output("a");
    await pass(5);

    const ended = calls.end();
    underway.resolve();

    expect(await ended).toEqual([]);
  });

  test("of much text go in parts of two calls at most", async () => {
    const calls = new SideCallBuffer(aJob().send);
    for (let call = 0; call < 5; call += 1) calls.output("x".repeat(60_000));

    const left = await calls.end();

    expect(left.map(({ text }) => text.length)).toEqual([120_000, 120_000, 60_000]);
  });

  test("that say nothing are not sent", async () => {
    const job = aJob();
    const calls = new SideCallBuffer(job.send);

    calls.output("");
    await pass(200);

    expect(job.batches).toEqual([]);
    expect(await calls.end()).toEqual([]);
  });
});

describe("a side call is refused", () => {
  test("when it is not well formed", () => {
    const calls = new SideCallBuffer(aJob().send);

    expect(() => calls.progress({ percent: 101 })).toThrow(
      "percent must be a number from 0 to 100",
    );
    expect(() => calls.output(5)).toThrow("expected a string of at most 65536 bytes");
  });

  test("when the attempt has said more than an answer may hold", () => {
    const calls = new SideCallBuffer(aJob().send);
    for (let call = 0; call < 16; call += 1) calls.output("x".repeat(65_536));

    expect(() => calls.output("x")).toThrow("at most 1048576 bytes in all");
  });

  test("when the job has let go of the attempt", async () => {
    const calls = new SideCallBuffer(async () =>
      refuse({ code: "stale_attempt", status: "cancelled" }),
    );
    calls.output("a");
    await pass(5);

    expect(() => calls.output("b")).toThrow("This attempt is over: stop working on it");
    expect(() => calls.progress({ percent: 1 })).toThrow(
      expect.objectContaining({ code: "stale_attempt" }),
    );
  });

  test("when the attempt has answered", async () => {
    const calls = new SideCallBuffer(aJob().send);
    await calls.end();

    expect(() => calls.output("late")).toThrow("This attempt is over");
  });
});
