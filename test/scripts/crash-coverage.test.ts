import { describe, expect, test } from "vitest";
import { coverageOf } from "../../scripts/crash/coverage.ts";
import type { Happening } from "../../scripts/crash/history.ts";
import { END, evidenceOf, holds, ID, plus, type Timed } from "./crash-evidence.ts";

const coverage = (...more: readonly Timed[]) => coverageOf(evidenceOf(plus(...more)));
const caught = (jobId: string, state: string): Happening => {
  return { k: "caught", jobId, state };
};

describe("what a run of the crash laboratory has covered", () => {
  test("counts the kills of the run, and none that only compares", () => {
    const { kills } = coverage({ k: "killed", isDrawn: true }, { k: "killed", isDrawn: false });

    expect(kills).toBe(1);
  });

  test("counts a job once for each thing that it was caught at", () => {
    const found = coverage(
      caught("job-1", "retry"),
      caught("job-1", "retry"),
      caught("job-1", "running"),
      caught("job-2", "retry"),
    );

    expect(found.caught).toMatchObject({ retry: 2, running: 1, slot: 0 });
  });

  test("tells who was told on the line that they held from who asked again", () => {
    const hears: Happening = { k: "hears", n: 3, way: "result", name: "one", jobId: ID };
    const told: Happening = { k: "told", n: 3, ...END };
    const first = coverage(holds(3, 0), hears, told);
    const later = coverage(holds(3, 0), hears, holds(3, 0), told);

    expect(first.byWay["result"]).toEqual({ asked: 2, told: 2, onFirst: 2 });
    expect(later.byWay["result"]).toEqual({ asked: 2, told: 2, onFirst: 1 });
  });
});
