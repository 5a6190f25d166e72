import { after, type DurationMs, type EpochMs, latest, seconds } from "../../lang/time.ts";
import type { Delivery } from "../callback/delivery.ts";
import type { Resting } from "../callback/endpoint.ts";
import type { JobEvent } from "../job/event.ts";
import { aboutOf, isPassing, type SeatEndpoint } from "./talk.ts";

/** Who reads along wants to see that it goes on; more often a channel would call it a flood. */
const PROGRESS_EVERY_MS: DurationMs = seconds(2);

/** A way that takes no progress mostly never will again: looking costs a message and a commit. */
const SKIPPED_MS: DurationMs = seconds(30);

/**
 * The seat, with what the event makes it owed. Ends and questions are told one after the other. What is
 * only good for its moment waits at most once, and not at all when something that matters comes.
 */
export function owingToSeat(
  endpoint: SeatEndpoint,
  event: Pick<JobEvent, "type">,
  delivery: Delivery,
): SeatEndpoint {
  const about = aboutOf(event);
  if (about === null) return endpoint;
  const { owed } = endpoint;
  if (about === "progress") {
    const isWaiting = owed.some((each, index) => isPassing(each) && !isUnderWay(endpoint, index));
    return isWaiting || owed.length > 1 ? endpoint : { ...endpoint, owed: [...owed, delivery] };
  }
  // A question that nobody has seen yet needs no answer any more once the job goes on.
  const kept = owed.filter((each, index) => isUnderWay(endpoint, index) || aboutOf(each) === "end");
  const isHeadLeft = kept[0] === owed[0];
  const next = isHeadLeft ? endpoint.next : null;
  return { ...endpoint, next, owed: [...kept, delivery] };
}

/** Somebody may be saying it right now. */
function isUnderWay({ next }: SeatEndpoint, index: number): boolean {
  return index === 0 && next?.kind === "sent";
}

/**
 * What a seat has to wait for before it is told: its acknowledgement, the channel's own wish, and between
 * two words of progress a while. The acknowledgement is the first of them: the channel may not know of it
 * yet, and progress that it refuses is not told again.
 *
 * @returns `null` when it is told now.
 */
export function restOfSeat(
  { seat, talk: { heldUntil, memory } }: SeatEndpoint,
  delivery: Delivery,
  now: EpochMs,
): Resting | null {
  const { saidAt, skippedAt, notBefore } = memory;
  const toldAt = saidAt ?? (aboutOf(delivery) === "progress" ? seat.ackUntil : null);
  const instants = [
    ...(heldUntil === null ? [] : [heldUntil]),
    ...(notBefore === null ? [] : [notBefore]),
    ...(toldAt !== null && isPassing(delivery) ? [after(toldAt, PROGRESS_EVERY_MS)] : []),
    ...(skippedAt !== null && isPassing(delivery) ? [after(skippedAt, SKIPPED_MS)] : []),
  ];
  const retryAt = latest(now, ...instants);
  return retryAt > now ? { kind: "resting", retryAt } : null;
}
