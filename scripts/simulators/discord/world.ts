import { randomBytes } from "node:crypto";
import { Breaches } from "../breaches.ts";
import { RateLimit } from "../rate-limit.ts";
import { Screen } from "../screen.ts";
import { type Checked, REFUSALS, refused } from "./errors.ts";
import type { Interaction } from "./interaction.ts";
import type { MessageForm } from "./message-form.ts";
import type { DiscordOptions } from "./options.ts";
import { type StoredMessage, seen, withForm } from "./stored-message.ts";

/** The first millisecond that an id of Discord's can tell. */
const EPOCH_MS = 1_420_070_400_000;

const TOKEN_BYTES = 120;

/** Everything that Discord knows: channels with what is in them, interactions, and who broke which rule. */
export class DiscordWorld {
  readonly options: DiscordOptions;
  readonly breaches: Breaches;
  readonly rates: RateLimit;
  /** By their tokens. */
  readonly interactions = new Map<string, Interaction>();
  readonly #screens = new Map<string, Screen>();
  readonly #messages = new Map<string, StoredMessage>();
  #count = 0n;

  constructor(options: DiscordOptions) {
    this.options = options;
    this.breaches = new Breaches(options.now);
    this.rates = new RateLimit(options.rateLimit, options.now);
  }

  /** A snowflake: it tells when it was made. */
  newId(): string {
    this.#count += 1n;
    const ms = BigInt(Math.floor(this.options.now()) - EPOCH_MS);
    return String((ms << 22n) | (this.#count & 0x3f_ff_ffn));
  }

  openChannel(): string {
    const id = this.newId();
    const { now, onMoment } = this.options;
    this.#screens.set(id, new Screen(now, (moment) => onMoment(id, moment)));
    return id;
  }

  screen(channelId: string): Screen | undefined {
    return this.#screens.get(channelId);
  }

  /** Somebody does something in a channel: from now on there is a token for it. */
  begin(
    what: Pick<Interaction, "type" | "channelId" | "userId" | "isUserInstalled" | "sourceId">,
  ): Interaction {
    const interaction: Interaction = {
      ...what,
      id: this.newId(),
      token: `aW50ZXJhY3Rpb246${randomBytes(TOKEN_BYTES).toString("base64url")}`,
      applicationId: this.options.applicationId,
      createdAt: this.options.now(),
      acknowledgedAt: null,
      unknownUntil: 0,
      isEphemeral: false,
      originalId: null,
      followUps: 0,
      closedAt: null,
    };
    this.interactions.set(interaction.token, interaction);
    return interaction;
  }

  message(id: string | null): StoredMessage | undefined {
    return id === null ? undefined : this.#messages.get(id);
  }

  /** Shows a message, new or changed, to whoever looks at the channel. */
  put(message: StoredMessage): StoredMessage {
    this.#messages.set(message.id, message);
    this.#screens.get(message.channelId)?.show(seen(message));
    return message;
  }

  /** Puts a form into a message, and the message into its channel. */
  write(message: StoredMessage, form: MessageForm): Checked<StoredMessage> {
    const written = withForm(message, form, () => this.newId());
    if (written === null) return refused(REFUSALS.emptyMessage);
    return { ok: true, value: this.put(written) };
  }

  remove(id: string): void {
    const message = this.#messages.get(id);
    this.#messages.delete(id);
    if (message !== undefined) this.#screens.get(message.channelId)?.remove(id);
  }
}
