import { expect, inject, test } from "vitest";
import { Coverage, missingIn } from "./coverage.ts";
import { search } from "./search.ts";
import { simulate } from "./simulate.ts";
import { storyOf } from "./story.ts";

/** As many as take some ten seconds; `npm run simulate:long` makes far more. */
const RUNS = 6000;

const seed = inject("simulationSeed");

/** Vitest shows it when the test fails; the seed repeats the run. */
function told(found: ReturnType<typeof search>): string {
  if (found === null) return "";
  const { tape, violation, run } = found;
  const { history } = simulate(tape);
  const repeat = `SIMULATION_SEED=${seed} repeats it, run ${run}`;
  return [`${violation.invariant}: ${violation.message}`, repeat, storyOf(history)].join("\n");
}

test("no fault of the world breaks a promise of the core, and every kind of fault was met", () => {
  const coverage = new Coverage();

  const found = search({ seed, runs: RUNS, coverage });

  expect(told(found), `seed ${seed}`).toBe("");
  expect(missingIn(coverage), `seed ${seed}`).toEqual([]);
});

test("the same tape is the same run", () => {
  const tape = Array.from({ length: 300 }, (_, index) => (index * 37 + seed) % 100);

  expect(storyOf(simulate(tape).history)).toBe(storyOf(simulate(tape).history));
});

test("runs that meet no trouble do not count as proof", () => {
  const coverage = new Coverage();

  for (let run = 0; run < 3000; run += 1) simulate([], { coverage });

  expect(missingIn(coverage)).toContain("message lost: 0 times, at least 7 are needed");
  expect(missingIn(coverage)).toContain("waiting -> running: 0 times, at least 1 are needed");
});
