import type { EpochMs } from "../../lang/time.ts";
import { noticeAt } from "./discord-times.ts";
import type { Seat } from "./seat.ts";
import { slackNoticeAt } from "./slack-times.ts";

/** When somebody is to hear that the answer takes longer than the channel waits; `null` = it waits for ever. */
export function warnAt(seat: Seat): EpochMs | null {
  return seat.kind === "discord" ? noticeAt(seat) : slackNoticeAt(seat);
}
