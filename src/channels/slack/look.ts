import type { JsonObject } from "../../lang/json.ts";
import { type DurationMs, type EpochMs, seconds } from "../../lang/time.ts";
import type { ChannelAnswer, ChannelCall } from "../channel-call.ts";
import { objectAt, objectsAt, textAt } from "./json-at.ts";
import type { SlackSaying } from "./way.ts";

/** Which of a job's messages one is: it travels with the message, and nobody sees it. */
type Mark = { readonly jobId: string; readonly seq: number; readonly part: number };

const EVENT_TYPE = "holdline_message";

/** The last paths of the calls that show what is in a channel, or below one message of it. */
const METHODS = ["conversations.history", "conversations.replies"] as const;

/** More Slack shows at once to no application that others have made and it has not looked at itself. */
const MESSAGES_MAX = 15;

/** How far from its call a message can have been written, by the clock of Slack's. */
const AROUND_MS: DurationMs = seconds(30);

const SECOND_MS = 1000;

/** What a new message of the bot's carries, so that it can be found again. */
export function markOf({ telling: { snapshot, part } }: SlackSaying): JsonObject {
  const { job_id: jobId, seq } = snapshot;
  return { event_type: EVENT_TYPE, event_payload: { job_id: jobId, seq, part } };
}

/**
 * Slack has no key under which the same message could be sent again: where nobody knows whether one has
 * arrived, the channel is looked at.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.history
 */
export function lookCall(
  { api, seat }: SlackSaying,
  channel: string,
  { at }: { readonly at: EpochMs },
): ChannelCall {
  const [history, replies] = METHODS;
  const fields = {
    channel,
    limit: String(MESSAGES_MAX),
    oldest: secondsOf(at - AROUND_MS),
    latest: secondsOf(at + AROUND_MS),
    include_all_metadata: "true",
  };
  const isInThread = seat.threadTs !== null;
  return {
    method: "POST",
    url: `${api.base}/${isInThread ? replies : history}`,
    auth: "bot",
    body: { kind: "form", fields: isInThread ? { ...fields, ts: seat.threadTs } : fields },
    isRepeatable: true,
    begins: {},
  };
}

export function isLook({ url }: ChannelCall): boolean {
  return METHODS.some((method) => url.endsWith(`/${method}`));
}

/** The `ts` of the message that has this mark; `null` = there is none. */
export function markedIn({ json }: ChannelAnswer, mark: Mark): string | null {
  const found = objectsAt(json, "messages").find((message) => hasMark(message, mark));
  return found === undefined ? null : textAt(found, "ts");
}

function hasMark(message: JsonObject, { jobId, seq, part }: Mark): boolean {
  const payload = objectAt(message, "metadata", "event_payload");
  return (
    textAt(message, "metadata", "event_type") === EVENT_TYPE &&
    payload["job_id"] === jobId &&
    payload["seq"] === seq &&
    payload["part"] === part
  );
}

function secondsOf(at: number): string {
  return (at / SECOND_MS).toFixed(6);
}
