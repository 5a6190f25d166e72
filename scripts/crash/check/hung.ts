import { type Entry, only } from "../history.ts";
import { busyIn, STALL_MS } from "./busy.ts";
import type { Check } from "./evidence.ts";

/** How late an answer may be: the promise of the contract, and the way of the words. */
const LATE_MS_MAX = 2000;

/** Timers of two processes, and what lies between a request and the next look at how busy it is. */
const MACHINE_MS = 1000;

/** A request that was cut although the server was up all the time: it died by itself, or let go. */
export const cut: Check = ({ entries }) => {
  const begun = new Set<number>();
  let isUp = false;
  return only(entries, "up", "kill", "holds", "held").flatMap((entry) => {
    if (entry.k === "up") isUp = true;
    else if (entry.k === "kill") {
      isUp = false;
      begun.clear();
    } else if (entry.k === "holds") {
      if (isUp) begun.add(entry.n);
    } else if (begun.delete(entry.n) && entry.how === "cut") {
      return [{ check: "cut", what: `caller ${entry.n}, ${new Date(entry.t).toISOString()}` }];
    }
    return [];
  });
};

type Held = { readonly lateMs: number; readonly how: string; readonly at: number };

/**
 * Requests that were neither answered in time nor cut by a kill. On a machine that has just then no time
 * for a request that waits for nothing either, they may be as much later.
 */
export const hung: Check = ({ entries }) => {
  const busy = busyIn(entries);
  const late = heldRequests(entries).filter(({ lateMs }) => lateMs > LATE_MS_MAX + MACHINE_MS);
  return late
    .map((held) => ({ ...held, busyMs: busy(held.at - held.lateMs, held.at) }))
    .filter(
      ({ lateMs, how, busyMs }) => how !== "answered" || lateMs - busyMs > LATE_MS_MAX + MACHINE_MS,
    )
    .map(({ lateMs, how, at, busyMs }) => {
      const when = new Date(at).toISOString();
      return { check: "hung", what: `${how} ${lateMs} ms late, busy for ${busyMs} ms, ${when}` };
    });
};

/** A server that answers nobody is no matter of the machine. */
export const stalled: Check = ({ entries }) =>
  only(entries, "pulse")
    .filter(({ ms }) => ms > STALL_MS)
    .map(({ t, ms }) => ({
      check: "hung",
      what: `all, for ${ms} ms, ${new Date(t).toISOString()}`,
    }));

/** How much later than asked for each request was answered that no kill came between. */
export function heldRequests(entries: readonly Entry[]): readonly Held[] {
  const held: Held[] = [];
  const begun = new Map<number, number>();
  for (const entry of only(entries, "holds", "held", "kill")) {
    if (entry.k === "holds") begun.set(entry.n, entry.until);
    // Whatever was under way is cut: nobody owes it an answer any more.
    else if (entry.k === "kill") begun.clear();
    else {
      const until = begun.get(entry.n);
      begun.delete(entry.n);
      if (until === undefined || entry.how === "cut") continue;
      held.push({ lateMs: entry.t - until, how: entry.how, at: entry.t });
    }
  }
  const at = entries.at(-1)?.t ?? 0;
  const never = [...begun.values()].map((until) => ({ lateMs: at - until, how: "never", at }));
  return [...held, ...never];
}
