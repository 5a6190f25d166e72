import { lastCallAt, lastRetryAt } from "../../core/channel/discord-times.ts";
import type { DiscordSeat } from "../../core/channel/seat.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { ChannelCall, Said } from "../channel-call.ts";
import type { Telling } from "../telling.ts";
import {
  channelPost,
  type DiscordSaying,
  directPost,
  edit,
  followUp,
  isDirect,
  openDirect,
  payloadOf,
} from "./calls.ts";
import { type Manner, type Message, messagesOf, oneMessageOf } from "./message.ts";
import { onwardOf } from "./words.ts";

/** A call of the token, or of the bot. */
export type Way = "token" | "bot";

/** More than this is a book: it becomes a file. */
const MESSAGES_MAX = 5;

/** What is over soon is not worth more than an edit. */
const BRIEF: readonly Telling["about"][] = ["progress", "answered", "late"];

/** The next call of a telling, or why there is none. */
export function discordSaid(saying: DiscordSaying): Said {
  const { telling, api } = saying;
  const isBrief = BRIEF.includes(telling.about);
  if (canUseToken(saying)) return isBrief ? brief(saying) : withToken(saying);
  if (isBrief) return { kind: "nothing" };
  if (!api.hasBot) return { kind: "too_late" };
  return withBot(saying);
}

/**
 * The message as the answer to an interaction itself, of type 4 or 7; `null` = it takes several, or files,
 * and is said in calls.
 */
export function discordInline(telling: Telling, seat: DiscordSeat): JsonObject | null {
  const messages = messagesOf(telling, {
    onward: onwardOf(seat, false),
    messagesMax: 1,
    longText: seat.longText,
    fileBytesMax: seat.fileBytesMax,
    takesFiles: true,
  });
  const [message] = messages;
  return message.files.length > 0 ? null : { ...payloadOf(message, seat), attachments: [] };
}

/** The messages of a telling by either way: part by part the same, so that the ways may change between. */
export function spoken(saying: DiscordSaying, way: Way): readonly Message[] {
  return messagesOf(saying.telling, mannerOf(saying, way));
}

function mannerOf(saying: DiscordSaying, way: Way): Manner {
  const { seat, memory, api } = saying;
  return {
    onward: onwardOf(seat, api.hasBot),
    messagesMax: messagesMaxOf(saying, way),
    longText: seat.longText,
    fileBytesMax: seat.fileBytesMax,
    takesFiles: !memory.refused.includes("files"),
  };
}

/** What was begun in several messages goes on in them. */
function messagesMaxOf({ telling, seat, memory }: DiscordSaying, way: Way): number {
  if (telling.part > 0) return MESSAGES_MAX;
  if (way === "bot") return isDirect(seat) ? 1 : MESSAGES_MAX;
  const first = memory.refused.includes("original") ? 0 : 1;
  return Math.max(1, Math.min(MESSAGES_MAX, first + followUpsLeft({ seat, memory })));
}

function followUpsLeft({ seat, memory }: Pick<DiscordSaying, "seat" | "memory">): number {
  if (memory.refused.includes("follow_ups")) return 0;
  return Math.max(0, (seat.followUpsMax ?? Number.POSITIVE_INFINITY) - memory.uses);
}

function hasOriginal({ memory }: DiscordSaying): boolean {
  return !memory.refused.includes("original");
}

/** Of the token's ways at least one has to be open: an edit of the first message, or another message. */
function canUseToken(saying: DiscordSaying): boolean {
  const { seat, memory, now, telling, api } = saying;
  const isOnlyWay = telling.isRetry || !api.hasBot;
  const lastAt = isOnlyWay ? lastRetryAt(seat) : lastCallAt(seat);
  if (memory.isWayClosed || now > lastAt) return false;
  return hasOriginal(saying) || followUpsLeft(saying) > 0;
}

/** What is over soon is only worth an edit, and never takes the buttons of a question away. */
function brief(saying: DiscordSaying): Said {
  const status: string = saying.telling.snapshot.status;
  if (!hasOriginal(saying) || status === "waiting") return { kind: "nothing" };
  const [message] = spoken(saying, "token");
  return message === undefined ? { kind: "nothing" } : said(edit(saying, message));
}

function withToken(saying: DiscordSaying): Said {
  const { telling } = saying;
  const message = spoken(saying, "token")[telling.part];
  if (message === undefined) return { kind: "nothing" };
  if (telling.part === 0 && hasOriginal(saying)) return said(edit(saying, message));
  // Sent again it might stand there twice: the whole goes into the first message in its place.
  const isClosed = telling.isUnsure || followUpsLeft(saying) === 0;
  if (isClosed && hasOriginal(saying)) {
    return said(edit(saying, oneMessageOf(telling, mannerOf(saying, "token"))));
  }
  return said(followUp(saying, message));
}

/** To one person alone in one message, so that opening the way to them is the only call before it. */
function withBot(saying: DiscordSaying): Said {
  const { telling, seat, memory } = saying;
  if (!isDirect(seat)) {
    const message = spoken(saying, "bot")[telling.part];
    return message === undefined ? { kind: "nothing" } : said(channelPost(saying, message));
  }
  if (memory.botMessage === null) return said(openDirect(saying));
  const message = oneMessageOf(telling, mannerOf(saying, "bot"));
  return said(directPost(saying, message, memory.botMessage.channel));
}

function said(call: ChannelCall): Said {
  return { kind: "call", call };
}
