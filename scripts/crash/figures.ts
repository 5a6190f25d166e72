import type { Fault } from "../receivers/records.ts";
import type { Count, Coverage } from "./coverage.ts";

/** The run in the numbers that matter. */
export type Figures = {
  readonly jobs: number;
  readonly kills: number;
  readonly lost: number;
  readonly doubled: number;
  readonly out_of_order: number;
  readonly callers_told: string;
  readonly waiters_hung: number;
  readonly other_faults: number;
};

const LOST: readonly string[] = ["lost", "state_lost", "not_done"];
const DOUBLED: readonly string[] = [
  "doubled_job",
  "doubled_end",
  "executed_twice",
  "doubled_for_nothing",
  "extra",
  "twice",
];
const ORDER: readonly string[] = ["out_of_order"];
const HUNG: readonly string[] = ["hung"];
const NOT_TOLD: readonly string[] = ["not_told"];

export function figuresOf(coverage: Coverage, faults: readonly Fault[]): Figures {
  const found = (checks: readonly string[]) =>
    faults.filter(({ check }) => checks.includes(check)).length;
  const named = [LOST, DOUBLED, ORDER, HUNG, NOT_TOLD].reduce(
    (sum, checks) => sum + found(checks),
    0,
  );
  return {
    jobs: coverage.jobs,
    kills: coverage.kills,
    lost: found(LOST),
    doubled: found(DOUBLED),
    out_of_order: found(ORDER),
    callers_told: shareOf(coverage.byWay),
    waiters_hung: found(HUNG),
    other_faults: faults.length - named,
  };
}

/** `1234 of 1234 (100 %)`. */
function shareOf(byWay: { readonly [way: string]: Count }): string {
  const sum = (pick: (count: Count) => number) =>
    Object.values(byWay).reduce((all, count) => all + pick(count), 0);
  const [told, asked] = [sum((count) => count.told), sum((count) => count.asked)];
  const percent = Math.floor((10_000 * told) / asked) / 100;
  return `${told} of ${asked} (${percent} %)`;
}
