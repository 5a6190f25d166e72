import { describe, expect, test } from "vitest";
import { plainPlan } from "../../../src/core/job/plan.ts";
import type { CommandSpec } from "../../../src/core/plugin/manifest.ts";
import { DEFAULT_RETRY, INTERACTIVE_RETRY } from "../../../src/core/retry/retry.ts";
import { seconds } from "../../../src/lang/time.ts";

const spec: CommandSpec = {
  description: "",
  type: "read",
  timing: "short",
  executionMode: "asynchronous",
  timeoutMs: seconds(120),
  retry: null,
  dispatch: "direct",
  idempotent: true,
  state: false,
  input: null,
  output: null,
};
const own = { maxAttempts: 2, baseMs: seconds(5), maxMs: seconds(50) };
const trigger = {
  plugin: "text",
  command: "stats",
  transport: "binding" as const,
  binding: "PLUGIN_TEXT",
  spec,
  timeoutMs: null,
  maxAttempts: null,
  concurrency: null,
  isWaited: false,
};

describe("plainPlan", () => {
  test("is one step with the command's own limits", () => {
    expect(plainPlan(trigger)).toEqual({
      id: "main",
      plugin: "text",
      command: "stats",
      transport: "binding",
      binding: "PLUGIN_TEXT",
      dispatch: "direct",
      retry: DEFAULT_RETRY,
      timeoutMs: 120_000,
      lane: null,
    });
  });

  test.each([
    { what: "a waited trigger retries soon", over: { isWaited: true }, retry: INTERACTIVE_RETRY },
    {
      what: "a policy of its own wins",
      over: { isWaited: true, spec: { ...spec, retry: own } },
      retry: own,
    },
    {
      what: "the caller may set the number of attempts",
      over: { maxAttempts: 1 },
      retry: { ...DEFAULT_RETRY, maxAttempts: 1 },
    },
  ])("$what", ({ over, retry }) => {
    expect(plainPlan({ ...trigger, ...over }).retry).toEqual(retry);
  });

  test.each([
    { concurrency: 2, state: false, lane: { concurrency: 2, isStateful: false } },
    { concurrency: null, state: true, lane: { concurrency: null, isStateful: true } },
    { concurrency: 2, state: true, lane: { concurrency: 2, isStateful: true } },
  ])("concurrency $concurrency, state $state: stands in line", ({ concurrency, state, lane }) => {
    expect(plainPlan({ ...trigger, concurrency, spec: { ...spec, state } }).lane).toEqual(lane);
  });

  test("the caller may set a shorter timeout", () => {
    expect(plainPlan({ ...trigger, timeoutMs: seconds(1) }).timeoutMs).toBe(1000);
  });
});
