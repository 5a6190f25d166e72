import { type OpenForm, takeInlineAnswer } from "./discord/inline-answer.ts";
import type { Interaction } from "./discord/interaction.ts";
import {
  commandData,
  formData,
  type GivenOption,
  interactionBody,
  pressData,
  TYPE_OF,
} from "./discord/interaction-body.ts";
import type { DiscordApi } from "./discord-api.ts";
import type { SigningKey } from "./ed25519.ts";
import type { Fields } from "./json.ts";
import { type Posted, post } from "./post.ts";

/** What became of an interaction in its three seconds. */
export type Acknowledged = {
  readonly interaction: Interaction;
  /** From sending to the whole answer. */
  readonly ms: number;
  readonly end:
    | { readonly kind: "taken"; readonly type: number; readonly form: OpenForm | null }
    /** Discord does not take it; the user is told that nobody responded. */
    | { readonly kind: "refused"; readonly why: string }
    | { readonly kind: "late" }
    /** Nobody was there, or died under it. */
    | { readonly kind: "cut" };
};

export type DiscordUserOptions = {
  /** Of the gateway, without a slash at its end. */
  readonly gateway: string;
  readonly key: SigningKey;
  readonly userId?: string;
  /** The application is installed by this user alone, and not in a guild. */
  readonly isUserInstalled?: boolean;
};

type Doing = Pick<Interaction, "type" | "channelId" | "sourceId">;

const COMMAND_ID = "1090000000000000020";
const SECOND_MS = 1000;
const STRING_SELECT = 3;

/** Somebody who types commands, presses buttons and fills in forms: Discord tells the gateway. */
export class DiscordUser {
  readonly #api: DiscordApi;
  readonly #options: DiscordUserOptions;
  /** By the message that a form was opened from. */
  readonly #sources = new Map<OpenForm, string | null>();

  constructor(api: DiscordApi, options: DiscordUserOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** @param name As it is typed, without the slash: `ai summarize`. */
  command(channelId: string, name: string, options: readonly GivenOption[]): Promise<Acknowledged> {
    const data = commandData(COMMAND_ID, name, options);
    return this.#do({ type: TYPE_OF.command, channelId, sourceId: null }, { data });
  }

  /** @throws when there is no such message. */
  press(channelId: string, messageId: string, customId: string): Promise<Acknowledged> {
    const message = this.#api.world.message(messageId);
    if (message === undefined) throw new Error(`There is no message ${messageId}`);
    const pressed = pressData(customId, message, this.#api.world.options.applicationId);
    return this.#do({ type: TYPE_OF.press, channelId, sourceId: messageId }, pressed);
  }

  /** Chooses from a list of a message. */
  choose(
    channelId: string,
    messageId: string,
    list: { readonly customId: string; readonly values: readonly string[] },
  ): Promise<Acknowledged> {
    const message = this.#api.world.message(messageId);
    if (message === undefined) throw new Error(`There is no message ${messageId}`);
    const { customId, values } = list;
    const { data, more } = pressData(customId, message, this.#api.world.options.applicationId);
    const chosen = { ...data, component_type: STRING_SELECT, values };
    return this.#do(
      { type: TYPE_OF.press, channelId, sourceId: messageId },
      { data: chosen, more },
    );
  }

  /** @param values What is filled in, by the field's id; what is left out stays as it is. */
  submit(
    channelId: string,
    form: OpenForm,
    values: { readonly [customId: string]: string } = {},
  ): Promise<Acknowledged> {
    const sourceId = this.#sources.get(form) ?? null;
    const message = this.#api.world.message(sourceId);
    const { applicationId } = this.#api.world.options;
    const more = message === undefined ? {} : pressData("", message, applicationId).more;
    const data = formData(form, values);
    return this.#do({ type: TYPE_OF.form, channelId, sourceId }, { data, more });
  }

  async #do(
    doing: Doing,
    about: { readonly data: Fields; readonly more?: Fields },
  ): Promise<Acknowledged> {
    const { userId = "1090000000000000003", isUserInstalled = false } = this.#options;
    const { world } = this.#api;
    const interaction = world.begin({ ...doing, userId, isUserInstalled });
    const { fileBytesMax } = world.options;
    const body = JSON.stringify(interactionBody(interaction, { fileBytesMax, ...about }));
    const posted = await this.#post(body);
    const end = await this.#endOf(interaction, posted);
    if (end.kind === "taken" && end.form !== null) this.#sources.set(end.form, doing.sourceId);
    return { interaction, ms: posted.ms, end };
  }

  #post(body: string): Promise<Posted> {
    const timestamp = String(Math.floor(Date.now() / SECOND_MS));
    return post({
      url: `${this.#options.gateway}/discord/interactions`,
      headers: {
        "content-type": "application/json",
        "x-signature-ed25519": this.#options.key.sign(timestamp, body),
        "x-signature-timestamp": timestamp,
        "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
      },
      body,
      msMax: this.#api.world.options.answerMsMax,
    });
  }

  async #endOf(interaction: Interaction, posted: Posted): Promise<Acknowledged["end"]> {
    const { world } = this.#api;
    if (posted.kind !== "answered") {
      world.screen(interaction.channelId)?.broken("The application did not respond");
      return { kind: posted.kind };
    }
    const taken = await takeInlineAnswer(world, interaction, posted);
    if (!taken.ok) return { kind: "refused", why: taken.why };
    return { kind: "taken", type: taken.type, form: taken.form };
  }
}
