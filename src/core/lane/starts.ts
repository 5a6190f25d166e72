import type { EpochMs } from "../../lang/time.ts";
import type { LaneEntry, Waiting } from "./slot.ts";

/**
 * Entries that one decision starts at most: where the limit is lifted, a long line starts in parts, and
 * no transaction grows with it.
 */
export const STARTS_MAX = 100;

/** Who has a slot. */
export type Held = {
  readonly slots: number;
  readonly hasStateful: boolean;
  /** When the first of the leases runs out; `null` where no slot is held. */
  readonly leaseExpiresAt: EpochMs | null;
};

/** As much of a lane as a decision needs. */
export type LaneView = {
  /** Attempts at once, from 1; `null` = any number. */
  readonly limit: number | null;
  readonly held: Held;
  /** The oldest entries without state, in order: as many as there are free slots is enough. */
  readonly plain: readonly Waiting[];
  /** The oldest entry with state. */
  readonly stateful: Waiting | null;
};

/**
 * How many entries may start, in [0, `STARTS_MAX`]. A limit that was lowered frees nothing until enough
 * slots have been given back.
 */
export function freeSlots({ limit, held }: Pick<LaneView, "limit" | "held">): number {
  const free = limit === null ? STARTS_MAX : limit - held.slots;
  return Math.min(Math.max(0, free), STARTS_MAX);
}

/**
 * Who starts now, in order: always the oldest who may.
 *
 * An entry that waits for the state alone holds up nobody else. Nobody starves by that: the one with
 * the state leaves its slot and the state in the same instant, and whoever is then oldest goes first,
 * so that younger entries pass it by only while it could not have started anyway. The same holds the
 * other way round: entries with state come one at a time, each in the order of the whole line.
 */
export function startsOf(lane: LaneView): readonly Waiting[] {
  const { held, plain, stateful } = lane;
  const candidates = stateful === null || held.hasStateful ? plain : [...plain, stateful];
  return candidates.toSorted(inOrder).slice(0, freeSlots(lane));
}

/** The lane with somebody at its end: last among those who lined up in the same instant. */
export function withNewcomer(lane: LaneView, entry: LaneEntry): LaneView {
  const newcomer = { ...entry, arrival: Number.POSITIVE_INFINITY };
  if (!entry.isStateful) return { ...lane, plain: [...lane.plain, newcomer] };

  const { stateful } = lane;
  const isFirst = stateful === null || inOrder(newcomer, stateful) < 0;
  return isFirst ? { ...lane, stateful: newcomer } : lane;
}

/**
 * When the lane needs attention by itself: the one alarm that its object has. Derived from what is
 * stored: at once where somebody could start and has not, else when the first lease runs out.
 *
 * @returns `null` for an empty lane. A lane where somebody waits always has an instant: either a slot
 * is free, or somebody has it and with it a lease.
 */
export function laneWakeAt(lane: LaneView, now: EpochMs): EpochMs | null {
  return startsOf(lane).length > 0 ? now : lane.held.leaseExpiresAt;
}

function inOrder(left: Waiting, right: Waiting): number {
  // Two newcomers never meet, so the difference of arrivals is never that of infinities.
  return left.since - right.since || left.arrival - right.arrival;
}
