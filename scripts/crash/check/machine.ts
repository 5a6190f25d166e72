import { type Entry, only } from "../history.ts";

/** How late an answer may be: the promise of the contract, and the way of the words. */
const WORDS_MS_MAX = 2000;

/** Timers of two processes, and what lies between a request and the next look at the machine. */
const TIMERS_MS_MAX = 1000;

/** So much later than promised is still in time, on a machine that has time for everybody. */
export const LATE_MS_MAX = WORDS_MS_MAX + TIMERS_MS_MAX;

/** What the machine had for anybody between two instants. */
export type Machine = {
  /** How late a timer and a bare request were at most. */
  readonly lateMs: number;
  /** How many times as long as at best the same piece of work took, most of the time. */
  readonly slowness: number;
};

export type MachineAt = (fromMs: number, toMs: number) => Machine;

/** Measured beside the gateway: one that stalls does not excuse itself. */
export function machineIn(entries: readonly Entry[]): MachineAt {
  const measured = only(entries, "machine");
  const bestMs = Math.max(1, Math.min(...measured.map(({ workMs }) => workMs)));
  return (fromMs, toMs) => {
    const then = measured.filter(
      ({ t, lateMs, workMs }) => t >= fromMs && t - lateMs - workMs <= toMs,
    );
    const works = then.map(({ workMs }) => workMs).toSorted((left, right) => left - right);
    const usualMs = works[Math.floor(works.length / 2)];
    const lateMs = then.reduce((most, one) => Math.max(most, one.lateMs), 0);
    return { lateMs, slowness: usualMs === undefined ? 1 : Math.max(1, usualMs / bestMs) };
  };
}

/** How late an answer may be on a machine like that: as many times as late, and when all stood still. */
export function allowedMs({ lateMs, slowness }: Machine): number {
  return LATE_MS_MAX * slowness + lateMs;
}

/** For people. */
export function sayMachine({ lateMs, slowness }: Machine): string {
  return `the machine ${lateMs} ms late and ${slowness.toFixed(1)} times as slow`;
}
