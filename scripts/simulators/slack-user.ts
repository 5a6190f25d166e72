import { createHmac } from "node:crypto";
import { type Fields, fieldsOf, isFields, listOf, parsedJson, textOf } from "./json.ts";
import { type Posted, post } from "./post.ts";
import type { SeenButton } from "./screen.ts";
import { messageAnswer, messageError } from "./slack/message.ts";
import type { OpenView, ResponseUrl } from "./slack/world.ts";
import type { SlackApi } from "./slack-api.ts";

/** What became of a command or a press in its three seconds. */
export type SlackAcknowledged = {
  readonly ms: number;
  readonly end:
    | { readonly kind: "taken" }
    | { readonly kind: "refused"; readonly why: string }
    | { readonly kind: "late" }
    /** Nobody was there, or died under it. */
    | { readonly kind: "cut" };
};

export type SlackUserOptions = {
  /** Of the gateway, without a slash at its end. */
  readonly gateway: string;
  readonly userId?: string;
};

const SECOND_MS = 1000;

const ABOUT = {
  token: "XXYYZZ",
  team_id: "T0001",
  team_domain: "example",
  api_app_id: "A123456",
  is_enterprise_install: "false",
};

/** Somebody who types commands, presses buttons and fills in forms: Slack tells the gateway. */
export class SlackUser {
  readonly #api: SlackApi;
  readonly #options: SlackUserOptions;

  constructor(api: SlackApi, options: SlackUserOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** @param command With its slash. */
  async command(channelId: string, command: string, text: string): Promise<SlackAcknowledged> {
    const userId = this.#userId();
    const url = this.#api.world.newUrl(channelId, userId, null);
    const posted = await this.#post("/slack/commands", {
      ...ABOUT,
      channel_id: channelId,
      channel_name: "general",
      user_id: userId,
      user_name: "steve",
      command,
      text: escaped(text),
      response_url: this.#api.urlOf(url),
      trigger_id: this.#api.world.newTrigger(channelId, userId),
    });
    const end = endOf(posted, (answer) => this.#answered(url, answer));
    this.#tellFailure(channelId, command, end);
    return { ms: posted.ms, end };
  }

  /** @throws when there is no such message. */
  async press(channelId: string, ts: string, button: SeenButton): Promise<SlackAcknowledged> {
    const message = this.#api.world.message(ts);
    if (message === undefined) throw new Error(`There is no message ${ts}`);
    const userId = this.#userId();
    const url = this.#api.world.newUrl(channelId, userId, ts);
    const action = {
      type: "button",
      action_id: button.id,
      block_id: button.blockId,
      ...(button.value === null ? {} : { value: button.value }),
      text: { type: "plain_text", text: button.label, emoji: true },
      action_ts: this.#api.world.newTs(),
    };
    const { isEphemeral } = message;
    return this.#interact({
      type: "block_actions",
      channel: { id: channelId, name: "general" },
      container: {
        type: "message",
        message_ts: ts,
        channel_id: channelId,
        is_ephemeral: isEphemeral,
      },
      ...(isEphemeral ? {} : { message: messageAnswer(message, { hasMetadata: false }) }),
      actions: [action],
      state: { values: {} },
      response_url: this.#api.urlOf(url),
      trigger_id: this.#api.world.newTrigger(channelId, userId),
    });
  }

  /** @param values By block id and action id, as Slack has them in a form's state. */
  submit({ id, view }: OpenView, values: Fields): Promise<SlackAcknowledged> {
    return this.#interact({
      type: "view_submission",
      trigger_id: this.#api.world.newTrigger("", this.#userId()),
      view: { ...view, id, team_id: "T0001", state: { values }, hash: "156772938.1827394" },
      response_urls: [],
    });
  }

  async #interact(payload: Fields): Promise<SlackAcknowledged> {
    const user = { id: this.#userId(), username: "steve", name: "steve", team_id: "T0001" };
    const about = { ...ABOUT, user, team: { id: "T0001", domain: "example" }, enterprise: null };
    const fields = { payload: JSON.stringify({ ...about, ...payload }) };
    const posted = await this.#post("/slack/interactivity", fields);
    return { ms: posted.ms, end: endOf(posted, () => ({ kind: "taken" })) };
  }

  #post(path: string, fields: { readonly [name: string]: string }): Promise<Posted> {
    const body = new URLSearchParams(fields).toString();
    const timestamp = String(Math.floor(Date.now() / SECOND_MS));
    const { signingSecret, answerMsMax } = this.#api.world.options;
    const hmac = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`);
    return post({
      url: `${this.#options.gateway}${path}`,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": `v0=${hmac.digest("hex")}`,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      },
      body,
      msMax: answerMsMax,
    });
  }

  /** Shows what a command was answered at once: a text, a message, or nothing. */
  #answered(url: ResponseUrl, { headers, bytes }: Answered): SlackAcknowledged["end"] {
    const text = new TextDecoder().decode(bytes);
    if (text === "") return { kind: "taken" };
    const isJson = (headers["content-type"] ?? "").startsWith("application/json");
    const body = isJson ? parsedJson(text) : { text };
    if (!isFields(body)) return { kind: "refused", why: "invalid_command_response" };
    const isSaid = textOf(body["text"]) !== "" || listOf(body["blocks"]).length > 0;
    // What has no text only makes the command itself visible.
    if (!isSaid && body["response_type"] === "in_channel") return { kind: "taken" };
    const error = messageError(body);
    if (error !== null) return { kind: "refused", why: error };
    const message = this.#api.world.put({
      ts: this.#api.world.newTs(),
      channelId: url.channelId,
      by: "answer",
      body: fieldsOf(body),
      isEphemeral: body["response_type"] !== "in_channel",
      files: [],
    });
    url.originalTs = message.ts;
    return { kind: "taken" };
  }

  #tellFailure(channelId: string, command: string, end: SlackAcknowledged["end"]): void {
    if (end.kind === "taken") return;
    const { breaches } = this.#api.world;
    if (end.kind === "refused") breaches.add("invalid_inline_answer", channelId, end.why);
    const errors = {
      refused: "dispatch_failed",
      late: "operation_timeout",
      cut: "dispatch_failed",
    };
    const text = `${command} failed with the error "${errors[end.kind]}"`;
    this.#api.world.screen(channelId)?.broken(text);
  }

  #userId(): string {
    return this.#options.userId ?? "U2147483697";
  }
}

/** As three characters arrive that somebody typed. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

type Answered = Extract<Posted, { readonly kind: "answered" }>;

function endOf(
  posted: Posted,
  take: (answer: Answered) => SlackAcknowledged["end"],
): SlackAcknowledged["end"] {
  if (posted.kind !== "answered") return { kind: posted.kind };
  if (posted.status !== 200) return { kind: "refused", why: `Status ${posted.status}` };
  return take(posted);
}
