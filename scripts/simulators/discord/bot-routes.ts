import type { Received, Reply } from "../http.ts";
import { type Fields, textOf } from "../json.ts";
import { broughtBy } from "./body.ts";
import { REFUSALS, refusalReply } from "./errors.ts";
import { messageForm } from "./message-form.ts";
import { rateReply, takeRate, withRate } from "./rate.ts";
import { emptyMessage, messageJson, type StoredMessage } from "./stored-message.ts";
import type { DiscordWorld } from "./world.ts";

const CHANNEL = /^\/channels\/(\d+)\/messages(?:\/(\d+))?$/;

/** For so long a nonce is known: "a few minutes", says Discord. */
const NONCE_MS = 5 * 60_000;

type Sent = { readonly messageId: string; readonly at: number };

/** What the bot does in its own name. */
export class BotRoutes {
  readonly #world: DiscordWorld;
  /** By channel and nonce. */
  readonly #sent = new Map<string, Sent>();

  constructor(world: DiscordWorld) {
    this.#world = world;
  }

  /** `null` = the path is another one. */
  async reply(received: Received): Promise<Reply | null> {
    const [, channelId = "", messageId] = CHANNEL.exec(received.path) ?? [];
    if (channelId !== "") return this.#inChannel(received, channelId, messageId);
    if (received.path !== "/users/@me/channels" || received.method !== "POST") return null;
    const id = this.#world.openChannel();
    return { status: 200, body: { id, type: 1, recipients: [] } };
  }

  async #inChannel(
    received: Received,
    channelId: string,
    messageId: string | undefined,
  ): Promise<Reply> {
    const rate = takeRate(this.#world, `channel ${channelId}`, channelId);
    if (!rate.isAllowed) return rateReply(this.#world, rate);
    const isThere = this.#world.screen(channelId) !== undefined;
    const reply = isThere
      ? await this.#messages(received, channelId, messageId)
      : refusalReply(REFUSALS.unknownChannel);
    return withRate(this.#world, reply, rate);
  }

  async #messages(
    received: Received,
    channelId: string,
    messageId: string | undefined,
  ): Promise<Reply> {
    if (messageId === undefined) {
      if (received.method !== "POST") return refusalReply(REFUSALS.notFound);
      const place = { id: this.#world.newId(), channelId, token: null, isEphemeral: false };
      return this.#write(received, emptyMessage(place));
    }
    const message = this.#world.message(messageId);
    if (message === undefined) return refusalReply(REFUSALS.unknownMessage);
    if (received.method === "GET") return this.#shown(message);
    if (message.token !== null) return refusalReply(REFUSALS.notTheAuthor);
    if (received.method === "PATCH") return this.#write(received, message);
    if (received.method !== "DELETE") return refusalReply(REFUSALS.notFound);
    this.#world.remove(messageId);
    return { status: 204, body: null };
  }

  async #write(received: Received, message: StoredMessage): Promise<Reply> {
    const brought = await broughtBy(received);
    if (brought.ok) {
      const known = this.#sameNonce(brought.value.json, message.channelId);
      if (known !== undefined) return this.#shown(known);
    }
    const { fileBytesMax } = this.#world.options;
    const form = brought.ok ? messageForm(brought.value, fileBytesMax) : brought;
    const written = form.ok ? this.#world.write(message, form.value) : form;
    if (!written.ok) {
      const { refusal, faults } = written;
      const what = JSON.stringify({ ...refusal, faults });
      this.#world.breaches.add("invalid_body", message.channelId, `bot: ${what}`);
      return refusalReply(refusal, faults);
    }
    if (brought.ok) this.#remember(brought.value.json, written.value);
    return this.#shown(written.value);
  }

  /** With `enforce_nonce`, a message that was sent already is answered again instead of sent. */
  #sameNonce(json: Fields, channelId: string): StoredMessage | undefined {
    if (json["enforce_nonce"] !== true) return undefined;
    const sent = this.#sent.get(`${channelId} ${nonceOf(json)}`);
    const isKnown = sent !== undefined && this.#world.options.now() - sent.at < NONCE_MS;
    return isKnown ? this.#world.message(sent.messageId) : undefined;
  }

  #remember(json: Fields, { id, channelId }: StoredMessage): void {
    const nonce = nonceOf(json);
    if (nonce === "") return;
    this.#sent.set(`${channelId} ${nonce}`, { messageId: id, at: this.#world.options.now() });
  }

  #shown(message: StoredMessage): Reply {
    return { status: 200, body: messageJson(message, this.#world.options.applicationId) };
  }
}

function nonceOf({ nonce }: Fields): string {
  return typeof nonce === "number" ? String(nonce) : textOf(nonce);
}
