import type { JsonObject } from "../../lang/json.ts";
import type { ChannelCall, Said } from "../channel-call.ts";
import { messageJson, type SlackMessage } from "./block.ts";
import { fileSaid } from "./file-call.ts";
import { lookCall, markOf } from "./look.ts";
import { partsOf } from "./parts.ts";
import { canSpeakByBot, type SlackSaying, type Way, wayOf } from "./way.ts";

/**
 * The call that tells a seat the next part, as data.
 *
 * The first message of a telling takes the place of what stands there, so that it can be told again as
 * often as need be. What is added cannot: where nobody knows whether the bot's message arrived, the
 * channel is looked at. Where that is not possible (by the response_url, to one person, or without the
 * right to), it is said again, because a piece twice is better than a piece missing.
 */
export function slackSaid(saying: SlackSaying): Said {
  const way = wayOf(saying);
  if (way === null) return { kind: "too_late" };
  if (!isWorthIt(saying, way)) return { kind: "nothing" };
  const part = partsOf(saying)[saying.telling.part];
  if (part === undefined) return { kind: "nothing" };
  if (part.kind === "file") return fileSaid(saying, part);
  const call =
    way.kind === "url"
      ? urlCall(saying, way.url, part.message)
      : botCall(saying, way.channel, part.message);
  return { kind: "call", call };
}

/** The ends and the questions are; all else must not use up what they need. */
function isWorthIt(saying: SlackSaying, way: Way): boolean {
  const { telling, seat, memory } = saying;
  switch (telling.about) {
    case "end":
    case "question":
      return true;
    case "answered":
      // A button that nobody can press any more would be pressed: that is worth a use that can be spared.
      return way.kind === "url" ? memory.uses <= 1 : memory.botMessage !== null;
    case "progress":
      // Once, of the five uses; as often as it comes where the bot edits what it has said.
      return way.kind === "url"
        ? memory.uses === 0 && memory.saidAt === null
        : seat.response === "in_channel" &&
            (memory.botMessage !== null || seat.responseUrl === null);
    case "late":
      return !canSpeakByBot(saying) && telling.snapshot.finished_at === null;
  }
}

/** Every call counts, also one that Slack refuses or that nobody knows the end of. */
function urlCall(saying: SlackSaying, url: string, message: SlackMessage): ChannelCall {
  const { seat, memory } = saying;
  const isReplacing = isFirst(saying) && seat.isAcknowledged && !mustStandBeside(saying);
  const json = {
    response_type: seat.response,
    replace_original: isReplacing,
    ...messageJson(message),
    ...threadOf(saying),
  };
  return {
    method: "POST",
    url,
    auth: "none",
    body: { kind: "json", json },
    isRepeatable: isReplacing,
    begins: { uses: memory.uses + 1 },
  };
}

/** A question that still can be answered must not be replaced by the words that it takes too long. */
function mustStandBeside({ telling: { about, snapshot } }: SlackSaying): boolean {
  return about === "late" && snapshot.wait !== null;
}

function isFirst({ telling }: SlackSaying): boolean {
  return telling.part === 0;
}

/** What only one person sees cannot be edited; all else is, where the bot has said something before. */
function botCall(saying: SlackSaying, channel: string, message: SlackMessage): ChannelCall {
  const { seat, memory, telling } = saying;
  const { botMessage, posting } = memory;
  if (seat.response === "ephemeral") {
    const json = { channel, user: seat.userId, ...threadOf(saying), ...messageJson(message) };
    return apiCall(saying, "chat.postEphemeral", { json, isRepeatable: false });
  }
  if (botMessage !== null && isFirst(saying)) {
    const json = { channel: botMessage.channel, ts: botMessage.id, ...messageJson(message) };
    return apiCall(saying, "chat.update", { json, isRepeatable: true });
  }
  if (posting !== null) return lookCall(saying, channel, posting);
  const metadata = markOf(saying);
  const json = { channel, ...threadOf(saying), ...messageJson(message), metadata };
  const { seq } = telling.snapshot;
  const begins = { posting: { seq, part: telling.part, at: saying.now } };
  return { ...apiCall(saying, "chat.postMessage", { json, isRepeatable: false }), begins };
}

function apiCall(
  { api }: SlackSaying,
  method: string,
  { json, isRepeatable }: { readonly json: JsonObject; readonly isRepeatable: boolean },
): ChannelCall {
  return {
    method: "POST",
    url: `${api.base}/${method}`,
    auth: "bot",
    body: { kind: "json", json },
    isRepeatable,
    begins: {},
  };
}

function threadOf({ seat }: SlackSaying): JsonObject {
  return seat.threadTs === null ? {} : { thread_ts: seat.threadTs };
}
