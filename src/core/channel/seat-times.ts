import { type EpochMs, earliest, epochMs } from "../../lang/time.ts";
import { lastCallAt, noticeAt } from "./discord-times.ts";
import type { Seat } from "./seat.ts";
import { slackLastCallAt, slackNoticeAt } from "./slack-times.ts";

/** When somebody is to hear that the answer takes longer than the channel waits; `null` = it waits for ever. */
export function warnAt(seat: Seat): EpochMs | null {
  return seat.kind === "discord" ? noticeAt(seat) : slackNoticeAt(seat);
}

/** Alarms are late by some milliseconds: what is tried again by a way must come before that is closed. */
const BEFORE_CLOSE_MS = 250;

/**
 * When a call to a seat is tried again. A way that is about to close is tried once more before that: what
 * nobody knows the end of can be said again there without a trace, and by the bot it would stand there
 * twice.
 */
export function againAt(seat: Seat, retryAt: EpochMs, now: EpochMs): EpochMs {
  const last = seat.kind === "discord" ? lastCallAt(seat) : slackLastCallAt(seat);
  const before = last === null ? null : epochMs(last - BEFORE_CLOSE_MS);
  return before === null || before <= now ? retryAt : earliest(retryAt, before);
}
