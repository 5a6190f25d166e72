import { after, durationMs, type EpochMs } from "../../lang/time.ts";
import type { DiscordSeat } from "./seat.ts";

type Token = Pick<DiscordSeat, "tokenAt" | "tokenLifeMs">;

/** Of a token's 15 min, by ratio: a simulator's token may live for seconds. */
const LAST_CALL = 14.3 / 15;
const LAST_RETRY = 14.8 / 15;
const NOTICE = 14 / 15;

/**
 * Where the bot can speak as well, nothing new is said with the token later. What goes wrong there must have the time to be tried again in
 * the same place: said by the bot after all, it might stand in both.
 */
export function lastCallAt(token: Token): EpochMs {
  return partOfLife(token, LAST_CALL);
}

/**
 * No call with the token begins later: it has to arrive while the token lives, and each one that does not
 * counts towards Discord's ban of whoever makes invalid calls.
 */
export function lastRetryAt(token: Token): EpochMs {
  return partOfLife(token, LAST_RETRY);
}

/** When a seat whose job still runs is told that its message can soon not be edited any more. */
export function noticeAt(token: Token): EpochMs {
  return partOfLife(token, NOTICE);
}

function partOfLife({ tokenAt, tokenLifeMs }: Token, part: number): EpochMs {
  return after(tokenAt, durationMs(Math.floor(tokenLifeMs * part)));
}
