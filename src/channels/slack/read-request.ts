import { JSON_DEPTH_MAX } from "../../core/plugin/response.ts";
import {
  hasInfinity,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonDepth,
} from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { readEvent } from "./read-event.ts";
import { readInteraction } from "./read-interaction.ts";
import type { SlackRequest, SlashCommand } from "./request.ts";
import { typed } from "./text.ts";

/** What came, once its signature is known to be true. */
export type SlackBody = {
  /** The header: events are JSON, all else is a form. */
  readonly contentType: string | null;
  readonly body: Uint8Array;
};

/** What a body says, or why it cannot be read, in words that quote nothing of it. */
export function readSlackRequest({ contentType, body }: SlackBody): Result<SlackRequest, string> {
  const text = decoded(body);
  if (text === null) return refuse("Send it in UTF-8");
  if (isJson(contentType)) {
    const json = parsed(text);
    return json === null ? refuse(NO_JSON) : readEvent(json);
  }
  return readForm(new URLSearchParams(text));
}

/**
 * Whether it is Slack's look at the certificate. Some of these are not signed: they are answered with an
 * empty 200 and nothing else, whoever sends them.
 */
export function isSslCheck({ contentType, body }: SlackBody): boolean {
  const text = isJson(contentType) ? null : decoded(body);
  return text !== null && saysSslCheck(new URLSearchParams(text));
}

function saysSslCheck(form: URLSearchParams): boolean {
  return form.get("ssl_check") === "1";
}

function isJson(contentType: string | null): boolean {
  return /^application\/json\b/i.test(contentType ?? "");
}

const NO_JSON = `Send a JSON object, at most ${JSON_DEPTH_MAX} levels deep`;

function readForm(form: URLSearchParams): Result<SlackRequest, string> {
  if (saysSslCheck(form)) return ok({ kind: "ssl_check" });
  const payload = form.get("payload");
  if (payload === null) return readCommand(form);
  const json = parsed(payload);
  return json === null ? refuse(NO_JSON) : readInteraction(json);
}

const COMMAND_FIELDS = [
  "command",
  "team_id",
  "channel_id",
  "user_id",
  "response_url",
  "trigger_id",
] as const;

function readCommand(form: URLSearchParams): Result<SlashCommand, string> {
  const missing = COMMAND_FIELDS.filter((field) => (form.get(field) ?? "") === "");
  if (missing.length > 0) return refuse(`Send a command: it has no ${missing.join(", ")}`);
  const field = (name: (typeof COMMAND_FIELDS)[number]) => form.get(name) ?? "";
  return ok({
    kind: "command",
    command: field("command"),
    text: typed(form.get("text") ?? ""),
    teamId: field("team_id"),
    channelId: field("channel_id"),
    userId: field("user_id"),
    userName: form.get("user_name"),
    responseUrl: field("response_url"),
    triggerId: field("trigger_id"),
  });
}

function decoded(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    // The decoder has one way to say that bytes are not UTF-8.
    return null;
  }
}

function parsed(text: string): JsonObject | null {
  if (jsonDepth(text) > JSON_DEPTH_MAX) return null;
  try {
    const json = JSON.parse(text) as Json;
    return isJsonObject(json) && !hasInfinity(json) ? json : null;
  } catch {
    // The parser has one way to say that a text is not JSON.
    return null;
  }
}
