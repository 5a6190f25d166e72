import type { Json, JsonObject } from "../../lang/json.ts";
import { escaped, shortened } from "./text.ts";

/** A message as Slack takes it: the blocks, and a line for notifications. */
export type SlackMessage = {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
};

/** The bounds are Slack's own where nothing else is said: https://docs.slack.dev/reference/block-kit */
export const LIMITS = {
  /** Slack takes about 13,200, and says so nowhere. */
  messageLength: 12_000,
  blocks: 50,
  sectionLength: 3000,
  buttonTextLength: 75,
  buttonValueLength: 2000,
  buttons: 5,
  options: 100,
  optionTextLength: 75,
  optionValueLength: 150,
  idLength: 255,
  inputLength: 3000,
} as const;

/** What every message spends at most on its line for notifications. */
const LINE_LENGTH_MAX = 150;

/** Of our own words, or of others' once they are escaped. */
export function section(mrkdwn: string): JsonObject {
  return { type: "section", text: { type: "mrkdwn", text: mrkdwn } };
}

/** Small and grey, below what is said. */
export function context(mrkdwn: string): JsonObject {
  return { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn }] };
}

/** Words that are shown as they are, without stars and links; they are escaped all the same. */
export function plain(text: string, lengthMax: number): JsonObject {
  const words = text.trim() === "" ? NOTHING : text;
  return { type: "plain_text", text: shortened(escaped(words), lengthMax), emoji: true };
}

/** What has no name is shown as this: Slack refuses a whole message for one empty text. */
const NOTHING = "—";

/** The message whose line for notifications is the beginning of its words. */
export function message(words: string, blocks: readonly JsonObject[]): SlackMessage {
  const line = words.replace(/\s+/g, " ").trim();
  return { text: shortened(line, LINE_LENGTH_MAX), blocks };
}

/** Links in what others wrote are no reason to show what they lead to. */
export function messageJson({ text, blocks }: SlackMessage): JsonObject {
  return { text, blocks, unfurl_links: false, unfurl_media: false };
}

/** How many characters somebody's text, or ours, takes of what a message may have. */
export function lengthOf(json: Json): number {
  if (typeof json === "string") return json.length;
  if (typeof json !== "object" || json === null) return 0;
  return Object.values(json).reduce<number>((sum, part) => sum + lengthOf(part), 0);
}

/** Those that fit into so many characters together, from the first one on. */
export function fitting<Item extends Json>(
  items: readonly Item[],
  lengthMax: number,
): readonly Item[] {
  let left = lengthMax;
  const end = items.findIndex((item) => {
    left -= lengthOf(item);
    return left < 0;
  });
  return end === -1 ? items : items.slice(0, end);
}
