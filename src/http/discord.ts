import { type Interaction, readInteraction } from "../channels/discord/interaction.ts";
import {
  deferredReply,
  deferredUpdateReply,
  pong,
  suggestReply,
  textReply,
} from "../channels/discord/reply.ts";
import { isSignedByDiscord } from "../channels/discord/verify.ts";
import { readEnvironment } from "../config/environment.ts";
import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import { unreachable } from "../lang/invariant.ts";
import { isJsonObject, type Json, type JsonObject, jsonDepth } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { inTime } from "./acknowledgement.ts";
import { jsonResponse } from "./answer.ts";
import { readBody, textOfBody } from "./body.ts";
import type { Call } from "./call.ts";
import { sayWord } from "./channel-word.ts";
import { suggestions } from "./discord-autocomplete.ts";
import { findCommand, ranCommand } from "./discord-command.ts";
import { answeredForm, pressed } from "./discord-press.ts";
import { type Problem, problemResponse } from "./problem.ts";

/** An interaction brings along the messages that it is about: some tens of KiB. */
const BODY_BYTES_MAX = 262_144;

/**
 * `POST /discord/interactions`: one command, press or form (contract, section 9). Discord proves itself
 * before a byte is read as anything; what it gets to hear is an answer, never an error that it would not
 * show.
 */
export async function takeInteraction(call: Call): Promise<Response> {
  const interaction = await verified(call);
  if (!interaction.ok) return problemResponse(call.origin, interaction.reason);
  // Nothing stands before a PING: Discord saves no URL that does not answer one.
  if (interaction.value.kind === "ping") return jsonResponse(200, pong());
  const said = interaction.value;
  const answer = await inTime(call, {
    work: answerTo(call, said),
    late: () => lateTo(call, said),
    afterwards: (answered) => sayAfterwards(call, said, answered),
    failed: (words) => (said.kind === "autocomplete" ? suggestReply([]) : textReply(words, true)),
  });
  return jsonResponse(200, answer);
}

/** That an answer comes, in the form that whatever was done can be answered in. */
function lateTo(call: Call, said: Said): JsonObject {
  switch (said.kind) {
    case "command":
      return deferredReply(findCommand(call, said)?.isEphemeral ?? true);
    case "autocomplete":
      // Whoever is typing has asked for nothing yet.
      return suggestReply([]);
    case "component":
    case "modal":
      return deferredUpdateReply();
  }
}

const MESSAGE = 4;
const UPDATE = 7;

/**
 * What should have gone with the acknowledgement: it takes the place of what did. Only a word to whoever
 * pressed leaves the question where it is.
 */
async function sayAfterwards(call: Call, { kind, place }: Said, answer: JsonObject): Promise<void> {
  const { type, data } = answer;
  if (!isJsonObject(data) || (type !== MESSAGE && type !== UPDATE)) return;
  const { apiBase } = readEnvironment(call.env).discord;
  const url = `${apiBase}/webhooks/${place.applicationId}/${encodeURIComponent(place.token)}`;
  const isWord = type === MESSAGE && kind !== "command";
  const { flags: _fixed, ...json } = data;
  await sayWord(
    call,
    isWord
      ? { channel: "discord", method: "POST", url, json: data }
      : { channel: "discord", method: "PATCH", url: `${url}/messages/@original`, json },
  );
}

async function verified(call: Call): Promise<Result<Interaction, Problem>> {
  const { publicKeys, applicationId } = readEnvironment(call.env).discord;
  if (publicKeys.length === 0) {
    const detail = "Set DISCORD_PUBLIC_KEY: docs/guides/discord.md says where to find it";
    return refuse({ code: "channel_not_set_up", detail });
  }
  const read = await readBody(call.request, BODY_BYTES_MAX);
  if (!read.ok) return read;
  const { headers } = call.request;
  const isSigned = await isSignedByDiscord({
    publicKeys,
    signature: headers.get("x-signature-ed25519"),
    timestamp: headers.get("x-signature-timestamp"),
    body: read.value,
  });
  if (!isSigned) return refuse(NOT_SIGNED);
  const body = jsonIn(read.value);
  const interaction = readInteraction(body);
  if (interaction === null) {
    const detail = "This is no interaction of a kind that this version knows";
    return refuse({ code: "interaction_unknown", detail });
  }
  const isOurs = applicationId === null || applicationOf(body) === applicationId;
  return isOurs ? ok(interaction) : refuse(NOT_SIGNED);
}

const NOT_SIGNED: Problem = {
  code: "invalid_signature",
  detail: "invalid request signature",
};

/** What cannot be read is no interaction, whatever is wrong with it. */
function jsonIn(bytes: Uint8Array): Json {
  const text = textOfBody(bytes);
  if (!text.ok || jsonDepth(text.value) > JSON_DEPTH_MAX) return null;
  try {
    return JSON.parse(text.value) as Json;
  } catch {
    return null;
  }
}

function applicationOf(body: unknown): unknown {
  return isJsonObject(body) ? body["application_id"] : null;
}

/** What somebody has done. */
type Said = Exclude<Interaction, { readonly kind: "ping" }>;

function answerTo(call: Call, interaction: Said): Promise<JsonObject> {
  switch (interaction.kind) {
    case "command":
      return ranCommand(call, interaction);
    case "autocomplete":
      return suggestions(call, interaction);
    case "component":
      return pressed(call, interaction);
    case "modal":
      return answeredForm(call, interaction);
    default:
      return unreachable(interaction);
  }
}
