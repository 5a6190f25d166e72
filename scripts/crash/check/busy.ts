import { type Entry, only } from "../history.ts";

/** Beyond that it is no busy machine any more, but a server that has stopped answering anybody. */
export const STALL_MS = 15_000;

/** How long a request that waits for nothing took at most, between two instants. */
export type Busy = (fromMs: number, toMs: number) => number;

export function busyIn(entries: readonly Entry[]): Busy {
  const pulses = only(entries, "pulse");
  return (fromMs, toMs) =>
    pulses
      .filter(({ t, ms }) => t >= fromMs && t - ms <= toMs)
      .reduce((most, { ms }) => Math.max(most, ms), 0);
}
