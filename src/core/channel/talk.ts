import type { Endpoint } from "../callback/endpoint.ts";
import type { JobEvent } from "../job/event.ts";
import { NOTHING_SAID, type Seat, type SeatNews, type Talk } from "./seat.ts";
import { slackHeldUntil } from "./slack-times.ts";

/** An endpoint that is a place in a channel. */
export type SeatEndpoint = Endpoint & { readonly seat: Seat; readonly talk: Talk };

export function isSeat(endpoint: Endpoint): endpoint is SeatEndpoint {
  return endpoint.seat !== null && endpoint.talk !== null;
}

/** The talk with somebody who has just said something, and waits for an acknowledgement. */
export function talkWith(seat: Seat): Talk {
  const heldUntil = seat.kind === "slack" ? slackHeldUntil(seat) : seat.ackUntil;
  return { memory: NOTHING_SAID, heldUntil, inlineSeq: null, isWarned: false };
}

/** The seat, with what a call has changed of the talk. */
export function withNews(endpoint: SeatEndpoint, news: SeatNews): SeatEndpoint {
  const { talk } = endpoint;
  return { ...endpoint, talk: { ...talk, memory: { ...talk.memory, ...news } } };
}

/** Why a seat is told of an event. */
export type About = "end" | "question" | "answered" | "progress" | "late";

/** What a seat is told of an event; `null` = nothing. */
export function aboutOf({ type }: Pick<JobEvent, "type">): Exclude<About, "late"> | null {
  switch (type) {
    case "job.succeeded":
    case "job.failed":
    case "job.timed_out":
    case "job.dead":
    case "job.cancelled":
      return "end";
    case "job.waiting":
      return "question";
    case "job.resumed":
      return "answered";
    case "job.progress":
      return "progress";
    default:
      return null;
  }
}

/**
 * Whether a telling is only good for its moment: it is tried once, leaves nothing in the ledger, and
 * makes room for all others.
 */
export function isPassing(event: Pick<JobEvent, "type">): boolean {
  const about = aboutOf(event);
  return about === "progress" || about === "answered";
}

/** Whether it is what somebody waits for: the end, or a question to them. */
export function isAwaited(event: Pick<JobEvent, "type">): boolean {
  const about = aboutOf(event);
  return about === "end" || about === "question";
}
