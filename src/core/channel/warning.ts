import type { EpochMs } from "../../lang/time.ts";
import { onItsWay } from "../callback/next.ts";
import { newDelivery } from "../callback/owed.ts";
import { withEndpoint } from "../callback/with-endpoint.ts";
import type { Decision } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import { warnAt } from "./seat-times.ts";
import { isAwaited, type SeatEndpoint } from "./talk.ts";

/** When somebody is to hear that the job takes longer than the channel waits; `null` = they need not. */
export function warningDueAt({ seat, talk }: SeatEndpoint): EpochMs | null {
  return talk.isWarned ? null : warnAt(seat);
}

/** The seat, owed a word that it takes longer; `null` when it is not time for that. */
export function warnedSeat(job: Job, endpoint: SeatEndpoint, now: EpochMs): Decision | null {
  const dueAt = warningDueAt(endpoint);
  if (dueAt === null || now < dueAt) return null;
  const warned = { ...endpoint, talk: { ...endpoint.talk, isWarned: true } };
  // A question stays where it is, and can be answered for months.
  if (statusOf(job) === "waiting" || endpoint.owed.some(isAwaited)) {
    return { job: withEndpoint(job, warned), effects: [] };
  }
  const late = newDelivery({ seq: job.movedSeq, type: "job.running" }, null);
  // What is being said right now is said to its end; what waits would take the place of this word.
  const [head] = endpoint.owed;
  const isUnderWay = head !== undefined && endpoint.next?.kind === "sent";
  if (isUnderWay) {
    return { job: withEndpoint(job, { ...warned, owed: [head, late] }), effects: [] };
  }
  return onItsWay(job, { ...warned, owed: [late] }, now);
}
