import { type Entry, only } from "../history.ts";

/** How late everything was on this machine at most, between two instants, whatever the gateway did. */
export type Lateness = (fromMs: number, toMs: number) => number;

/** Measured beside the gateway: one that stalls does not excuse itself. */
export function latenessIn(entries: readonly Entry[]): Lateness {
  const measured = only(entries, "machine");
  return (fromMs, toMs) =>
    measured
      .filter(({ t, ms }) => t >= fromMs && t - ms <= toMs)
      .reduce((most, { ms }) => Math.max(most, ms), 0);
}

/** How late an answer may be: the promise of the contract, and the way of the words. */
const WORDS_MS_MAX = 2000;

/** Timers of two processes, and what lies between a request and the next look at the machine. */
const TIMERS_MS_MAX = 1000;

/** So much later than promised is still in time; beyond it only as much as the machine was late. */
export const LATE_MS_MAX = WORDS_MS_MAX + TIMERS_MS_MAX;
