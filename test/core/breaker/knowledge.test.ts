import { describe, expect, test } from "vitest";
import type { Breaker } from "../../../src/core/breaker/breaker.ts";
import type { Verdict } from "../../../src/core/breaker/job-end.ts";
import {
  type Advice,
  adviceOf,
  isFresh,
  isWorthTelling,
} from "../../../src/core/breaker/knowledge.ts";
import { aBreaker, RESET_MS, terms } from "../../support/a-breaker.ts";
import { at, T0 } from "../../support/a-job.ts";

const failing = aBreaker.closed({ failures: 1, failedAt: T0 });
const [open, halfOpen] = [aBreaker.open(), aBreaker.half_open()];

type Case = {
  readonly of: Breaker;
  readonly ms: number;
  readonly age: number;
  readonly advice: Advice;
};

describe("what to do by what is known", () => {
  const CASES: readonly Case[] = [
    { of: aBreaker.closed(), ms: 999, age: 999, advice: { act: "go", refresh: false } },
    { of: aBreaker.closed(), ms: 1000, age: 1000, advice: { act: "go", refresh: true } },
    { of: aBreaker.closed(), ms: 0, age: -1, advice: { act: "go", refresh: true } },
    { of: failing, ms: 999, age: 999, advice: { act: "go", refresh: false } },
    { of: failing, ms: 1000, age: 1000, advice: { act: "ask" } },
    { of: open, ms: 999, age: 999, advice: { act: "stop", refresh: false, breaker: open } },
    { of: open, ms: 1000, age: 1000, advice: { act: "stop", refresh: true, breaker: open } },
    { of: open, ms: RESET_MS, age: 1, advice: { act: "ask" } },
    {
      of: halfOpen,
      ms: RESET_MS,
      age: 0,
      advice: { act: "stop", refresh: false, breaker: halfOpen },
    },
    { of: halfOpen, ms: RESET_MS + 1000, age: 1000, advice: { act: "ask" } },
    { of: halfOpen, ms: 2 * RESET_MS, age: 1, advice: { act: "ask" } },
  ];

  test.each(CASES)(
    "$of.state with $of.failures failures, known for $age ms, at $ms ms: $advice.act",
    ({ of, ms, age, advice }) => {
      expect(adviceOf({ breaker: of, at: at(ms - age) }, terms(ms))).toEqual(advice);
    },
  );

  test("nothing is known: ask", () => {
    expect(adviceOf(null, terms(0))).toEqual({ act: "ask" });
  });
});

describe("whether a job's end is told", () => {
  const told = (breaker: Breaker | null, verdict: Verdict, ms = 0) =>
    isWorthTelling(
      breaker === null ? null : { breaker, at: T0 },
      { end: { verdict }, isProbe: false },
      terms(ms),
    );

  test.each([
    { of: "nothing is known", breaker: null, failed: true, succeeded: false },
    { of: "all is well", breaker: aBreaker.closed(), failed: true, succeeded: false },
    { of: "jobs have failed", breaker: failing, failed: true, succeeded: true },
    { of: "it is open", breaker: open, failed: false, succeeded: false },
    { of: "a probe is out", breaker: halfOpen, failed: true, succeeded: true },
  ])("$of: failures $failed, successes $succeeded", ({ breaker, failed, succeeded }) => {
    expect(told(breaker, "failed")).toBe(failed);
    expect(told(breaker, "succeeded")).toBe(succeeded);
    expect(told(breaker, "says_nothing")).toBe(false);
  });

  test("once a probe is due, every end counts again", () => {
    expect(told(open, "failed", RESET_MS)).toBe(true);
    expect(told(open, "succeeded", RESET_MS)).toBe(true);
  });

  test("a probe is always told of", () => {
    const end = { end: { verdict: "says_nothing" }, isProbe: true } as const;

    expect(isWorthTelling({ breaker: open, at: T0 }, end, terms(0))).toBe(true);
  });
});

test("knowledge is fresh for a second, and never when the clock went back", () => {
  const known = { breaker: aBreaker.closed(), at: at(0) };

  expect([-1, 0, 999, 1000].map((ms) => isFresh(known, at(ms)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
