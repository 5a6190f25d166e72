import { ok, refuse } from "../../lang/result.ts";
import { durationMs, type EpochMs } from "../../lang/time.ts";
import { onItsWay } from "../callback/next.ts";
import { settled } from "../callback/settled.ts";
import { findEndpoint } from "../callback/with-endpoint.ts";
import type { AnswerInline } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import { isPassing, isSeat, type SeatEndpoint } from "./talk.ts";

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
  const talk = { ...endpoint.talk, heldUntil: null };
  if (head === null || head.seq !== command.fits) {
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
  return owed.findLast((delivery) => !isPassing(delivery)) ?? null;
}
