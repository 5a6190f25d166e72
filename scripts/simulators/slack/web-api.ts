import type { Received, Reply } from "../http.ts";
import { type Fields, fieldsOf, isFields, parsedJson, textOf } from "../json.ts";
import { messageAnswer, messageError } from "./message.ts";
import { limited } from "./rate.ts";
import { fine, refusal } from "./replies.ts";
import type { Uploads } from "./uploads.ts";
import type { SlackWorld } from "./world.ts";

const ROUTE = /^\/api\/([\w.]+)$/;
const VIEW_TITLE_MAX = 24;
const VIEW_BLOCKS_MAX = 100;
const LOOK_MAX = 100;

/** Fields that are JSON inside a form. */
const JSON_FIELDS: readonly string[] = ["blocks", "attachments", "files", "metadata", "view"];

type Method = (args: Fields) => Reply;

/** Slack's Web API, as far as an application that answers in channels needs it. */
export class WebApi {
  readonly #world: SlackWorld;
  readonly #methods: { readonly [name: string]: Method };

  constructor(world: SlackWorld, uploads: Uploads) {
    this.#world = world;
    this.#methods = {
      "auth.test": () => fine({ user_id: "U0BOT", bot_id: "B0001", team_id: "T0001" }),
      "chat.postMessage": (args) => this.#post(args, false),
      "chat.postEphemeral": (args) => this.#post(args, true),
      "chat.update": (args) => this.#update(args),
      "conversations.open": () => fine({ channel: { id: world.openChannel() } }),
      "conversations.history": (args) => this.#look(args, null),
      "conversations.replies": (args) => this.#look(args, textOf(args["ts"])),
      "files.getUploadURLExternal": (args) => uploads.begin(args),
      "files.completeUploadExternal": (args) => uploads.complete(args),
      "views.open": (args) => this.#open(args),
    };
  }

  /** `null` = the path is another one. */
  reply(received: Received): Reply | null {
    const [, name = ""] = ROUTE.exec(received.path) ?? [];
    if (name === "") return null;
    const { authorization } = received.headers;
    if (authorization === undefined) return refusal("not_authed");
    if (authorization !== `Bearer ${this.#world.options.botToken}`) return refusal("invalid_auth");
    const method = this.#methods[name];
    const args = argumentsOf(received);
    if (method === undefined) return refusal("unknown_method");
    return args === null ? refusal("invalid_json") : method(args);
  }

  #post(args: Fields, isEphemeral: boolean): Reply {
    const channelId = textOf(args["channel"]);
    const error = this.#error(channelId, args);
    if (error !== null) return error;
    if (isEphemeral && textOf(args["user"]) === "") return refusal("user_not_in_channel");
    const ts = this.#world.newTs();
    const message = { ts, channelId, by: "bot" as const, body: args, isEphemeral, files: [] };
    this.#world.put(message);
    if (isEphemeral) return fine({ message_ts: ts });
    return fine({ channel: channelId, ts, message: messageAnswer(message, { hasMetadata: true }) });
  }

  /** What is in a channel, or below one message of it, the newest first, without what one person sees. */
  #look(args: Fields, thread: string | null): Reply {
    const channelId = textOf(args["channel"]);
    if (this.#world.screen(channelId) === undefined) return refusal("channel_not_found");
    const [oldest, latest] = [boundOf(args["oldest"], 0), boundOf(args["latest"], Infinity)];
    const limit = boundOf(args["limit"], LOOK_MAX);
    const hasMetadata = textOf(args["include_all_metadata"]) === "true";
    const found = this.#world
      .messagesIn(channelId)
      .filter(({ isEphemeral }) => !isEphemeral)
      .filter(({ body }) => thread === null || body["thread_ts"] === thread)
      .filter(({ ts }) => Number(ts) > oldest && Number(ts) < latest)
      .toReversed()
      .slice(0, limit);
    return fine({ messages: found.map((message) => messageAnswer(message, { hasMetadata })) });
  }

  #update(args: Fields): Reply {
    const channelId = textOf(args["channel"]);
    const error = this.#error(channelId, args);
    if (error !== null) return error;
    const message = this.#world.message(textOf(args["ts"]));
    if (message === undefined) return refusal("message_not_found");
    if (message.by !== "bot" || message.isEphemeral) return refusal("cant_update_message");
    this.#world.put({ ...message, body: args });
    return fine({ channel: channelId, ts: message.ts, text: args["text"] });
  }

  /** What all messages can be refused for. */
  #error(channelId: string, args: Fields): Reply | null {
    if (this.#world.screen(channelId) === undefined) return refusal("channel_not_found");
    const busy = limited(this.#world, channelId);
    if (busy !== null) return busy;
    const error = messageError(args);
    if (error === null) return null;
    this.#world.breaches.add("invalid_body", channelId, `bot: ${error}`);
    return refusal(error);
  }

  #open(args: Fields): Reply {
    const trigger = this.#world.triggers.get(textOf(args["trigger_id"]));
    const { now, answerMsMax } = this.#world.options;
    if (trigger === undefined) return refusal("invalid_trigger_id");
    if (trigger.isUsed) return refusal("exchanged_trigger_id");
    if (now() - trigger.createdAt > answerMsMax) return refusal("expired_trigger_id");
    const view = fieldsOf(args["view"]);
    const title = textOf(fieldsOf(view["title"])["text"]);
    const blocks = Array.isArray(view["blocks"]) ? view["blocks"].length : 0;
    if (title === "" || title.length > VIEW_TITLE_MAX || blocks < 1 || blocks > VIEW_BLOCKS_MAX) {
      this.#world.breaches.add("invalid_body", trigger.channelId, "views.open: a faulty view");
      return refusal("invalid_arguments");
    }
    trigger.isUsed = true;
    const { channelId, userId } = trigger;
    const opened = { id: this.#world.newId("V"), channelId, userId, view };
    this.#world.views.push(opened);
    this.#world.screen(channelId)?.form(title);
    return fine({ view: { ...view, id: opened.id } });
  }
}

/** A number that came as text; without one, what holds for everybody. */
function boundOf(value: unknown, otherwise: number): number {
  const text = textOf(value);
  return text === "" ? otherwise : Number(text);
}

/** JSON or a form, as its header says; `null` = neither. */
function argumentsOf({ headers, bytes }: Received): Fields | null {
  const text = new TextDecoder().decode(bytes);
  if (/^application\/json\b/i.test(headers["content-type"] ?? "")) {
    const json = parsedJson(text);
    return isFields(json) ? json : null;
  }
  const pairs = [...new URLSearchParams(text)];
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, JSON_FIELDS.includes(name) ? parsedJson(value) : value]),
  );
}
