import { type EpochMs, earliest, epochMs } from "../../lang/time.ts";
import { lastRetryAt, noticeAt } from "./discord-times.ts";
import type { Seat } from "./seat.ts";
import { slackLastRetryAt, slackNoticeAt } from "./slack-times.ts";

/** When somebody is to hear that the answer takes longer than the channel waits; `null` = it waits for ever. */
export function warnAt(seat: Seat): EpochMs | null {
  return seat.kind === "discord" ? noticeAt(seat) : slackNoticeAt(seat);
}

/** Alarms are late by some milliseconds: what is tried again by a way must come before that is closed. */
const BEFORE_CLOSE_MS = 50;

/**
 * When a call to a seat is tried again. As a way is about to close the rests become shorter, each half of
 * what is left: what nobody knows the end of can be said again there without a trace, and by the bot it
 * would stand there twice.
 */
export function againAt(seat: Seat, retryAt: EpochMs, now: EpochMs): EpochMs {
  const last = seat.kind === "discord" ? lastRetryAt(seat) : slackLastRetryAt(seat);
  const half = last === null ? 0 : Math.floor((last - now) / 2);
  return half < BEFORE_CLOSE_MS ? retryAt : earliest(retryAt, epochMs(now + half));
}
