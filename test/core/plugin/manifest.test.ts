import { describe, expect, test } from "vitest";
import {
  attemptMsMax,
  defaultDispatch,
  defaultTimeoutMs,
  defaultWaitMs,
  type Timing,
} from "../../../src/core/plugin/manifest.ts";

describe("defaults of a command", () => {
  const TIMINGS: readonly { timing: Timing; dispatch: string; waitMs: number }[] = [
    { timing: "immediate", dispatch: "direct", waitMs: 30_000 },
    { timing: "short", dispatch: "direct", waitMs: 30_000 },
    { timing: "medium", dispatch: "queue", waitMs: 120_000 },
    { timing: "long", dispatch: "queue", waitMs: 0 },
    { timing: "ack", dispatch: "queue", waitMs: 0 },
  ];

  test.each(TIMINGS)("$timing is dispatched by $dispatch and waited $waitMs ms for", (row) => {
    expect(defaultDispatch(row.timing)).toBe(row.dispatch);
    expect(defaultWaitMs(row.timing)).toBe(row.waitMs);
  });

  test.each([
    { command: "handle", timing: "short", timeoutMs: 120_000 },
    { command: "summarize", timing: "short", timeoutMs: 120_000 },
    { command: "poll", timing: "long", timeoutMs: 60_000 },
    { command: "health", timing: "short", timeoutMs: 10_000 },
    { command: "init", timing: "short", timeoutMs: 30_000 },
    { command: "poll", timing: "immediate", timeoutMs: 10_000 },
  ] as const)("$command ($timing) may run $timeoutMs ms", ({ command, timing, timeoutMs }) => {
    expect(defaultTimeoutMs(command, timing)).toBe(timeoutMs);
  });

  test.each([
    { timing: "immediate", msMax: 10_000 },
    { timing: "short", msMax: 840_000 },
    { timing: "long", msMax: 86_400_000 },
  ] as const)("an attempt of a $timing one may run for $msMax ms", ({ timing, msMax }) => {
    expect(attemptMsMax(timing)).toBe(msMax);
  });

  test("a command may be called like anything that every object has", () => {
    expect(defaultTimeoutMs("constructor", "short")).toBe(120_000);
    expect(defaultTimeoutMs("health", "short")).toBe(10_000);
  });
});
