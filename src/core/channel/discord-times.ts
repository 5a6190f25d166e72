import { after, durationMs, type EpochMs } from "../../lang/time.ts";
import type { DiscordSeat } from "./seat.ts";

type Token = Pick<DiscordSeat, "tokenAt" | "tokenLifeMs">;

/** Of a token's 15 min, by ratio: a simulator's token may live for seconds. */
const LAST_CALL = 14.5 / 15;
const NOTICE = 14 / 15;

/**
 * No call with the token begins later: it has to arrive while the token lives, and each one that does not
 * counts towards Discord's ban of whoever makes invalid calls.
 */
export function lastCallAt({ tokenAt, tokenLifeMs }: Token): EpochMs {
  return after(tokenAt, durationMs(Math.floor(tokenLifeMs * LAST_CALL)));
}

/** When a seat whose job still runs is told that its message can soon not be edited any more. */
export function noticeAt({ tokenAt, tokenLifeMs }: Token): EpochMs {
  return after(tokenAt, durationMs(Math.floor(tokenLifeMs * NOTICE)));
}
