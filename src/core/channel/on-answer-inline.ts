import { ok, refuse } from "../../lang/result.ts";
import { after, type DurationMs, durationMs, type EpochMs } from "../../lang/time.ts";
import { onItsWay } from "../callback/next.ts";
import { settled } from "../callback/settled.ts";
import { findEndpoint } from "../callback/with-endpoint.ts";
import type { AnswerInline } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import { slackShownAt } from "./slack-times.ts";
import { isAwaited, isSeat, type SeatEndpoint } from "./talk.ts";

/**
 * How late an answer may still be handed out to go with the acknowledgement: the gateway gives up waiting
 * for it half a second after `ackUntil`, and what comes back later than that nobody would hear.
 */
const LATE_MS_MAX: DurationMs = durationMs(250);

/**
 * The acknowledgement is about to be given. What the seat is owed goes with it where it fits, and is told
 * with that; else the acknowledgement says only that an answer comes, and the deliveries begin. Asked
 * again, it is what it was.
 */
export function onAnswerInline(job: Job, command: AnswerInline, now: EpochMs): Decided {
  const endpoint = findEndpoint(job, command.endpoint);
  if (endpoint === undefined || !isSeat(endpoint)) {
    return refuse({ code: "delivery_not_found", status: statusOf(job) });
  }
  if (endpoint.talk.heldUntil === null) return ok({ job, effects: [] });
  const head = inlineDelivery(endpoint);
  const { talk: open, seat } = endpoint;
  const notBefore = seat.kind === "slack" ? slackShownAt(now) : open.memory.notBefore;
  const talk = { ...open, memory: { ...open.memory, notBefore }, heldUntil: null };
  const isHeard = now <= after(seat.ackUntil, LATE_MS_MAX);
  // Where a delivery has begun to say it, the acknowledgement would say it twice.
  const isUnderWay = endpoint.next?.kind === "sent";
  if (!isHeard || isUnderWay || head === null || head.seq !== command.fits) {
    // That a question was answered, the acknowledgement of the answer says by itself.
    const owed = endpoint.owed.filter(({ type }) => type !== "job.resumed");
    return ok(onItsWay(job, { ...endpoint, talk, owed }, now));
  }
  const memory = { ...talk.memory, saidAt: now };
  const told = { ...endpoint, owed: [head], talk: { ...talk, memory, inlineSeq: head.seq } };
  const last = { at: now, durationMs: durationMs(0), status: 200, error: null, response: null };
  const delivery = { ...head, attempts: 1, last };
  return ok({ job: settled(job, told, { delivery, state: "delivered", now }), effects: [] });
}

/** What a seat could be told with its acknowledgement: the newest of what matters; `null` = nothing yet. */
export function inlineDelivery({ owed }: SeatEndpoint): SeatEndpoint["owed"][number] | null {
  return owed.findLast(isAwaited) ?? null;
}
