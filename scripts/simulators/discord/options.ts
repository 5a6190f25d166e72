import { type DrawFault, noFault } from "../faults.ts";
import type { Limit } from "../rate-limit.ts";
import type { Moment } from "../screen.ts";

export type DiscordOptions = {
  readonly applicationId: string;
  readonly botToken: string;
  /** In ms since 1970, as ids are made of. */
  readonly now: () => number;
  readonly tokenLifeMs: number;
  /** How soon an interaction must be answered. */
  readonly answerMsMax: number;
  readonly fileBytesMax: number;
  /** Per token, and per channel for the bot. */
  readonly rateLimit: Limit;
  readonly drawFault: DrawFault;
  /** For how long after the acknowledgement of an interaction its token is not known yet. */
  readonly drawLagMs: () => number;
  readonly onMoment: (channelId: string, moment: Moment) => void;
};

const MEBIBYTE = 1024 * 1024;

/** As Discord is on a good day. */
export const DISCORD_DEFAULTS: DiscordOptions = {
  applicationId: "1090000000000000001",
  botToken: "simulated-bot-token",
  now: Date.now,
  tokenLifeMs: 15 * 60_000,
  answerMsMax: 3000,
  fileBytesMax: 10 * MEBIBYTE,
  rateLimit: { requests: 5, windowMs: 2000 },
  drawFault: noFault,
  drawLagMs: () => 0,
  onMoment: () => {},
};
