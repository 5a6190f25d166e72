import type { Fault } from "../../receivers/records.ts";
import { type Entry, type HowHeld, only } from "../history.ts";
import type { Check } from "./evidence.ts";
import { allowedMs, LATE_MS_MAX, machineIn, sayMachine } from "./machine.ts";

/** A request or stream that was cut although the server was up all the time: it let go. */
export const cut: Check = ({ entries }) => {
  const begun = new Set<number>();
  const faults: Fault[] = [];
  let isUp = false;
  for (const entry of only(entries, "up", "kill", "died", ...HOLDING)) {
    switch (entry.k) {
      case "up":
        isUp = true;
        break;
      case "kill":
      case "died":
        isUp = false;
        begun.clear();
        break;
      case "holds":
      case "opens":
        if (isUp) begun.add(entry.n);
        break;
      default:
        if (begun.delete(entry.n) && entry.how === "cut") faults.push(cutAt(entry));
    }
  }
  return faults;
};

const HOLDING = ["holds", "held", "opens", "closes"] as const;

function cutAt({ n, t }: { readonly n: number; readonly t: number }): Fault {
  return { check: "cut", what: `caller ${n}, ${new Date(t).toISOString()}` };
}

type Held = {
  readonly n: number;
  readonly lateMs: number;
  readonly how: HowHeld | "never";
  readonly at: number;
};

/** Requests that were neither answered in time nor cut by a kill. */
export const hung: Check = ({ entries }) => {
  const machineAt = machineIn(entries);
  const late = heldRequests(entries).filter(({ lateMs }) => lateMs > LATE_MS_MAX);
  return late
    .map((held) => ({ ...held, machine: machineAt(held.at - held.lateMs, held.at) }))
    .filter(
      ({ lateMs, how, machine }) =>
        how === "hung" || how === "never" || lateMs > allowedMs(machine),
    )
    .map(({ n, lateMs, how, at, machine }) => {
      const what = `caller ${n}: ${how} ${lateMs} ms late, ${sayMachine(machine)}`;
      return { check: "hung", what: `${what}, ${new Date(at).toISOString()}` };
    });
};

/** A clock is read in milliseconds, and twice. */
const EARLY_MS_MAX = 50;

/** That there is nothing to say yet is said when patience is over, and not before: who is sent away was not held. */
export const early: Check = ({ entries }) =>
  heldRequests(entries)
    .filter(({ how, lateMs }) => how === "not_yet" && lateMs < -EARLY_MS_MAX)
    .map(({ n, lateMs, at }) => {
      const when = new Date(at).toISOString();
      return { check: "not_held", what: `caller ${n}: "not yet" ${-lateMs} ms early, ${when}` };
    });

/** A server that has no time for what waits for nothing, on a machine that has. */
export const stalled: Check = ({ entries }) => {
  const machineAt = machineIn(entries);
  return only(entries, "pulse").flatMap(({ t, ms, how }) => {
    if (how === "cut" || ms <= LATE_MS_MAX) return [];
    const machine = machineAt(t - ms, t);
    if (ms <= allowedMs(machine)) return [];
    const what = `all, for ${ms} ms, ${sayMachine(machine)}, ${new Date(t).toISOString()}`;
    return [{ check: "hung", what }];
  });
};

/** How much later than asked for each request was answered that no kill came between. */
export function heldRequests(entries: readonly Entry[]): readonly Held[] {
  const held: Held[] = [];
  const begun = new Map<number, number>();
  for (const entry of only(entries, "holds", "held", "kill", "died")) {
    if (entry.k === "holds") begun.set(entry.n, entry.until);
    else if (entry.k === "held") {
      const { n, how, t: at } = entry;
      const until = begun.get(n);
      begun.delete(n);
      if (until !== undefined && how !== "cut") held.push({ n, lateMs: at - until, how, at });
    }
    // Whatever was under way is cut: nobody owes it an answer any more.
    else begun.clear();
  }
  const at = entries.at(-1)?.t ?? 0;
  const never = [...begun].map(
    ([n, until]) => ({ n, lateMs: at - until, how: "never", at }) as const,
  );
  return [...held, ...never];
}
