import { after, type DurationMs, type EpochMs, epochMs, seconds } from "../../lang/time.ts";
import type { SlackSeat } from "./seat.ts";

/**
 * Parts of a response_url's life, which is 30 min. What goes wrong must have the time to be tried again in
 * the same place: said by the bot after all, it might be there twice.
 */
const LAST_CALL = 29.25 / 30;

/** In the last quarter of a minute a call could arrive too late while we believe that it was heard. */
const LAST_RETRY = 29.75 / 30;

/** Early enough for the retries of a call that fails, late enough that most jobs are over. */
const NOTICE = 28 / 30;

/**
 * What replaces an acknowledgement must not arrive before it: it would be shown as a message of its own, and
 * the acknowledgement below it for ever. Slack takes none after 3 s, of which the gateway uses two.
 */
const SHOWN_MS: DurationMs = seconds(1);

/** When an acknowledgement that is given at an instant can be seen. */
export function slackShownAt(givenAt: EpochMs): EpochMs {
  return after(givenAt, SHOWN_MS);
}

/**
 * Until when a seat is told nothing where nobody says that the acknowledgement was given. One that shows
 * nothing is open no longer than the request itself, and need not be waited for.
 */
export function slackHeldUntil({
  ackUntil,
  urlAt,
}: Pick<SlackSeat, "ackUntil" | "urlAt">): EpochMs {
  return ackUntil > urlAt ? slackShownAt(ackUntil) : ackUntil;
}

/**
 * When a seat is told that its job takes longer than it can be answered. Late or never, the job has its
 * answer all the same, and nobody was told where. `null` = it can be spoken to whenever.
 */
export function slackNoticeAt(seat: Pick<SlackSeat, Timed>): EpochMs | null {
  return partOfLife(seat, NOTICE);
}

/** From when on the bot, where it can, says what is new; `null` = there is no response_url. */
export function slackLastCallAt(seat: Pick<SlackSeat, Timed>): EpochMs | null {
  return partOfLife(seat, LAST_CALL);
}

/** From when on the response_url is not used any more; `null` = there is none. */
export function slackLastRetryAt(seat: Pick<SlackSeat, Timed>): EpochMs | null {
  return partOfLife(seat, LAST_RETRY);
}

type Timed = "responseUrl" | "urlAt" | "urlLifeMs";

function partOfLife({ responseUrl, urlAt, urlLifeMs }: Pick<SlackSeat, Timed>, part: number) {
  return responseUrl === null ? null : epochMs(urlAt + Math.floor(urlLifeMs * part));
}
