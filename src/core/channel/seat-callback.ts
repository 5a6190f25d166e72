import { durationMs, minutes } from "../../lang/time.ts";
import type { EventType } from "../job/event.ts";
import type { RetryPolicy } from "../retry/retry.ts";

/** What a seat may be told of; when, and of which of them, `owed-to-seat.ts` decides. */
export const SEAT_EVENTS: readonly EventType[] = [
  "job.progress",
  "job.waiting",
  "job.resumed",
  "job.succeeded",
  "job.failed",
  "job.timed_out",
  "job.dead",
  "job.cancelled",
];

/**
 * Somebody sits there and looks: the first attempts come soon. There are more than a token of fifteen
 * minutes or a response_url of thirty lives to see, so that it is they that end, and not the attempts.
 * Where the bot speaks afterwards, it has as many again.
 */
export const SEAT_RETRY: RetryPolicy = {
  maxAttempts: 40,
  baseMs: durationMs(500),
  maxMs: minutes(1),
};
