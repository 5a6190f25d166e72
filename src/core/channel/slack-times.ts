import { type EpochMs, epochMs } from "../../lang/time.ts";
import type { SlackSeat } from "./seat.ts";

/**
 * Parts of a response_url's life, which is 30 min. In the last half a minute a call could arrive too late
 * while we believe that it was heard, so that none is begun.
 */
const LAST_CALL = 29.5 / 30;

/** Early enough for the retries of a call that fails, late enough that most jobs are over. */
const NOTICE = 28 / 30;

/**
 * When a seat is told that its job takes longer than it can be answered. Late or never, the job has its
 * answer all the same, and nobody was told where. `null` = it can be spoken to whenever.
 */
export function slackNoticeAt(seat: Pick<SlackSeat, Timed>): EpochMs | null {
  return partOfLife(seat, NOTICE);
}

/** From when on the response_url is not used any more; `null` = there is none. */
export function slackLastCallAt(seat: Pick<SlackSeat, Timed>): EpochMs | null {
  return partOfLife(seat, LAST_CALL);
}

type Timed = "responseUrl" | "urlAt" | "urlLifeMs";

function partOfLife({ responseUrl, urlAt, urlLifeMs }: Pick<SlackSeat, Timed>, part: number) {
  return responseUrl === null ? null : epochMs(urlAt + Math.floor(urlLifeMs * part));
}
