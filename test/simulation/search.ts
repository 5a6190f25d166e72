import fc from "fast-check";
import { CORE, type Core } from "./core.ts";
import { Coverage } from "./coverage.ts";
import type { Violation } from "./history.ts";
import { simulate } from "./simulate.ts";
import { aTape } from "./tape-arbitrary.ts";

/** What a search is for, and how far it goes. */
export type Search = {
  readonly seed: number;
  readonly runs: number;
  readonly core?: Core;
  /** What all runs together have met, before and now. */
  readonly coverage?: Coverage;
};

/** A run that broke a promise, as small as it could be made. */
export type Found = {
  /** In which run it was first seen, from 1. */
  readonly run: number;
  readonly tape: readonly number[];
  readonly violation: Violation;
  /** The faults that are left in it, in order of their kinds. */
  readonly faults: readonly string[];
};

/** Runs that go into making a run smaller: what is left then is small enough to be read. */
const LOOKS_MAX = 800;

/** Runs one drawn tape after the other until one breaks a promise. @returns `null` = none did. */
export function search({ seed, runs, core = CORE, coverage }: Search): Found | null {
  let first: Violation | null = null;
  let looks = 0;
  const holds = (tape: readonly number[]) => {
    if (looks > LOOKS_MAX) return true;
    const { violation } = simulate(tape, coverage === undefined ? { core } : { core, coverage });
    first ??= violation;
    if (first !== null) looks += 1;
    // Smaller is only what breaks the same promise.
    return violation === null || violation.invariant !== first?.invariant;
  };
  const checked = fc.check(fc.property(aTape(), holds), { seed, numRuns: runs });
  const [tape] = checked.counterexample ?? [];
  if (tape === undefined) return null;
  const last = new Coverage();
  const { violation } = simulate(tape, { core, coverage: last });
  if (violation === null) throw new Error("A run that is played again goes as it went before");
  const faults = [...last.faults].map(([kind, count]) => (count > 1 ? `${count} × ${kind}` : kind));
  return { run: checked.numRuns, tape, violation, faults };
}
