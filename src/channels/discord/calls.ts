import type {
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIInteractionFollowupJSONBody,
} from "discord-api-types/v10";
import type { DiscordSeat } from "../../core/channel/seat.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { ChannelBody, ChannelCall } from "../channel-call.ts";
import type { Saying } from "../telling.ts";
import type { Message } from "./message.ts";
import { EPHEMERAL } from "./reply.ts";

export type DiscordSaying = Saying<DiscordSeat>;

/** Whether the bot tells it to one person alone: what only they may see, or what has no channel. */
export function isDirect({ isEphemeral, channelId }: DiscordSeat): boolean {
  return isEphemeral || channelId === null;
}

/** What a call is, read off the call itself: what came back is judged by it. */
export function kindOfCall({ method, auth, url }: ChannelCall): CallKind {
  if (method === "PATCH") return "edit";
  if (auth === "none") return "follow_up";
  return url.endsWith(DIRECT_PATH) ? "open_direct" : "post";
}

export type CallKind = "edit" | "follow_up" | "open_direct" | "post";

const DIRECT_PATH = "/users/@me/channels";

export type Payload = {
  content: string;
  components: JsonObject[];
  allowed_mentions: { parse: string[]; users?: string[] };
};

/** A message as Discord takes it. What it may ping is said every time: an edit forgets it otherwise. */
export function payloadOf({ content, components }: Message, { mentions }: DiscordSeat): Payload {
  const parse = mentions === "users" ? ["users"] : [];
  return { content, components: [...components], allowed_mentions: { parse } };
}

export function edit({ seat, api }: DiscordSaying, message: Message): ChannelCall {
  // What is not named is taken away: an earlier telling may have attached something.
  const attachments = attachmentsOf(message);
  const json = {
    ...payloadOf(message, seat),
    attachments,
  } satisfies WithComponents<RESTPatchAPIInteractionOriginalResponseJSONBody>;
  return {
    method: "PATCH",
    url: `${webhookUrl(api.base, seat)}/messages/@original`,
    auth: "none",
    body: bodyOf(json, message),
    isRepeatable: true,
    begins: {},
  };
}

export function followUp({ seat, api }: DiscordSaying, message: Message): ChannelCall {
  const json = {
    ...payloadOf(message, seat),
    attachments: attachmentsOf(message),
    ...(seat.isEphemeral ? { flags: EPHEMERAL } : {}),
  } satisfies WithComponents<RESTPostAPIInteractionFollowupJSONBody>;
  return {
    method: "POST",
    url: webhookUrl(api.base, seat),
    auth: "none",
    body: bodyOf(json, message),
    isRepeatable: false,
    begins: {},
  };
}

/** In the channel. Whoever asked is named in the first message: nothing else tells them that it is there. */
export function channelPost(saying: DiscordSaying, message: Message): ChannelCall {
  const { telling, seat } = saying;
  const payload = payloadOf(message, seat);
  const channelId = seat.channelId ?? "";
  if (telling.part > 0) return post(saying, { channelId, message, payload });
  const content = `<@${seat.userId}> ${message.content}`;
  const isListed = seat.mentions === "none";
  const named = isListed ? { parse: [], users: [seat.userId] } : payload.allowed_mentions;
  return post(saying, {
    channelId,
    message,
    payload: { ...payload, content, allowed_mentions: named },
  });
}

export function directPost(
  saying: DiscordSaying,
  message: Message,
  channelId: string,
): ChannelCall {
  return post(saying, { channelId, message, payload: payloadOf(message, saying.seat) });
}

/** Where one person is spoken to. Discord answers with the same channel every time. */
export function openDirect({ seat, api }: DiscordSaying): ChannelCall {
  return {
    method: "POST",
    url: `${api.base}${DIRECT_PATH}`,
    auth: "bot",
    body: { kind: "json", json: { recipient_id: seat.userId } },
    isRepeatable: true,
    begins: {},
  };
}

type Posted = {
  readonly channelId: string;
  readonly message: Message;
  readonly payload: Payload;
};

function post(
  { telling, api }: DiscordSaying,
  { channelId, message, payload }: Posted,
): ChannelCall {
  const { job_id: jobId, seq } = telling.snapshot;
  const json = {
    ...payload,
    attachments: attachmentsOf(message),
    // Of two messages with the same one within minutes, Discord keeps the first: so it may be sent again.
    nonce: `${jobId.slice(0, 14)}-${seq}-${telling.part}`.slice(0, NONCE_LENGTH_MAX),
    enforce_nonce: true,
  } satisfies WithComponents<RESTPostAPIChannelMessageJSONBody>;
  return {
    method: "POST",
    url: `${api.base}/channels/${channelId}/messages`,
    auth: "bot",
    body: bodyOf(json, message),
    isRepeatable: true,
    begins: {},
  };
}

/** Discord's limit. */
const NONCE_LENGTH_MAX = 25;

/** The components were checked where they were made. */
type WithComponents<Body> = Omit<Body, "components" | "allowed_mentions"> & Payload;

function webhookUrl(base: string, { applicationId, token }: DiscordSeat): string {
  return `${base}/webhooks/${encodeURIComponent(applicationId)}/${encodeURIComponent(token)}`;
}

function bodyOf(json: JsonObject, { files }: Message): ChannelBody {
  return files.length > 0 ? { kind: "files", json, files } : { kind: "json", json };
}

function attachmentsOf({ files }: Message) {
  return files.map(({ name }, id) => ({ id, filename: name }));
}
