import { expect, inject, test } from "vitest";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import { search } from "./search.ts";

/** Most are found within a hundred, the shyest within some hundreds: at this many the simulation is blind. */
const RUNS_MAX = 5000;

const seed = inject("simulationSeed");

test.each(PLANTED_BUGS)("finds $name", ({ name, core, breaks }) => {
  const found = search({ seed, runs: RUNS_MAX, core });

  const faults = found?.faults.join(", ") ?? "";
  // biome-ignore lint/suspicious/noConsole: how soon each is found is what the documents quote
  console.info(
    `${name}: run ${found?.run}, ${found?.violation.invariant}, left: ${faults || "no fault"}`,
  );
  expect(breaks, `seed ${seed}`).toContain(found?.violation.invariant);
});
