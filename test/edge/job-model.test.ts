import fc from "fast-check";
import { afterEach, expect, inject, test, vi } from "vitest";
import { aModel, aRealJob, checkLog, type Model, steps } from "./job-model.ts";
import { newObject } from "./support.ts";

const SEQUENCES = 2000;

afterEach(() => {
  vi.restoreAllMocks();
});

test("any sequence of calls, losses and alarms leaves a job as a simple model has it", async () => {
  const seed = inject("modelSeed");
  // biome-ignore lint/suspicious/noConsole: with it, MODEL_SEED repeats this very run
  console.log(`${SEQUENCES} sequences, MODEL_SEED=${seed}`);
  const reached = new Set<Model["state"]>();

  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: "max" }), async (sequence) => {
      const model = aModel();
      const real = await aRealJob(newObject());
      await fc.asyncModelRun(() => ({ model, real }), sequence);
      await checkLog(model, real);
      reached.add(model.state);
    }),
    { numRuns: SEQUENCES, seed },
  );

  // A run that meets only half of the states proves half of what it says.
  expect([...reached].toSorted()).toEqual(
    [
      "cancelled",
      "dead",
      "failed",
      "queued",
      "resting",
      "running",
      "succeeded",
      "timed_out",
    ].toSorted(),
  );
}, 600_000);
