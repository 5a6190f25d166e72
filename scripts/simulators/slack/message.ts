import { codePoints, type Fields, fieldsOf, textOf } from "../json.ts";
import type { SeenFile, SeenMessage } from "../screen.ts";
import { blocksButtons, blocksError, blocksText } from "./blocks.ts";

const TEXT_MAX = 40_000;
const MARKDOWN_MAX = 12_000;

/** A message as Slack keeps it. */
export type SlackMessage = {
  readonly ts: string;
  readonly channelId: string;
  /** Whether it came over a `response_url` or inline; else the bot wrote it. */
  readonly by: "answer" | "bot";
  readonly body: Fields;
  readonly isEphemeral: boolean;
  readonly files: readonly SeenFile[];
};

/** Slack's error for the body of a message; `null` = it is right. */
export function messageError(body: Fields): string | null {
  const { text, blocks, attachments, markdown_text: markdown } = body;
  const isSaid = [text, markdown].some((each) => textOf(each) !== "");
  const hasMore = [blocks, attachments].some((each) => Array.isArray(each) && each.length > 0);
  if (!isSaid && !hasMore) return "no_text";
  if (codePoints(textOf(text)) > TEXT_MAX) return "msg_too_long";
  if (codePoints(textOf(markdown)) > MARKDOWN_MAX) return "msg_too_long";
  return blocksError(blocks);
}

/** The message on a screen: where there are blocks, `text` is for notifications alone. */
export function seenMessage({ ts, by, body, isEphemeral, files }: SlackMessage): SeenMessage {
  const inBlocks = blocksText(body["blocks"]);
  const plain = textOf(body["markdown_text"]) || textOf(body["text"]);
  const text = inBlocks === "" ? plain : inBlocks;
  return {
    id: ts,
    by,
    text: unescaped(text),
    isThinking: false,
    isEphemeral,
    files,
    buttons: blocksButtons(body["blocks"]),
    pings: /<!(?:channel|here|everyone)>/.test(text) ? ["everyone"] : [],
  };
}

/** As Slack shows it: three characters are written in another way. */
function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A message in the answers of the Web API; what it carries unseen is shown to whoever asks for it. */
export function messageAnswer(
  { ts, body }: SlackMessage,
  { hasMetadata }: { readonly hasMetadata: boolean },
): Fields {
  const { metadata, ...seen } = fieldsOf(body);
  const unseen = hasMetadata && metadata !== undefined ? { metadata } : {};
  return { type: "message", ts, ...seen, ...unseen, bot_id: "B0001" };
}
