import type { SlackSeat } from "../../core/channel/seat.ts";
import { slackLastCallAt, slackLastRetryAt } from "../../core/channel/slack-times.ts";
import type { Saying } from "../telling.ts";

export type SlackSaying = Saying<SlackSeat>;

/** How a seat can be spoken to: through the response_url that came with the request, or by the bot. */
export type Way =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "bot"; readonly channel: string };

/** A response_url takes so many calls; one that nobody knows the end of counts as well. */
const USES_MAX = 5;

/** The way that is open now; `null` = none is, and none will be. */
export function wayOf(saying: SlackSaying): Way | null {
  const { responseUrl, channelId } = saying.seat;
  if (responseUrl !== null && usesLeft(saying) > 0) return { kind: "url", url: responseUrl };
  if (channelId === null || !saying.api.hasBot) return null;
  return { kind: "bot", channel: channelId };
}

/** How often the response_url can still be called. */
export function usesLeft(saying: SlackSaying): number {
  const { seat, memory, now, telling } = saying;
  const isOnlyWay = telling.isRetry || !canSpeakByBot(saying);
  const lastAt = isOnlyWay ? slackLastRetryAt(seat) : slackLastCallAt(seat);
  if (lastAt === null || memory.isWayClosed || now >= lastAt) return 0;
  return Math.max(0, USES_MAX - memory.uses);
}

export function canSpeakByBot({ seat, api }: SlackSaying): boolean {
  return api.hasBot && seat.channelId !== null;
}

/** A file is seen by everyone in the channel: what only one person may see is never sent as one. */
export function canUpload(saying: SlackSaying): boolean {
  return canSpeakByBot(saying) && saying.seat.response === "in_channel";
}
