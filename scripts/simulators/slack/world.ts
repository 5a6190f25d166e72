import { randomBytes } from "node:crypto";
import { Breaches } from "../breaches.ts";
import type { Fields } from "../json.ts";
import { RateLimit } from "../rate-limit.ts";
import { Screen } from "../screen.ts";
import { type SlackMessage, seenMessage } from "./message.ts";
import type { SlackOptions } from "./options.ts";

/** One way to answer what somebody did: five times, for half an hour. */
export type ResponseUrl = {
  readonly id: string;
  readonly channelId: string;
  readonly userId: string;
  readonly createdAt: number;
  /** What `replace_original` replaces; `null` = there is nothing yet. */
  originalTs: string | null;
  uses: number;
  /** When somebody was first told that it is over: the next call is in vain, and known to be. */
  closedAt: number | null;
};

/** A form that is open in front of somebody. */
export type OpenView = {
  readonly id: string;
  readonly channelId: string;
  readonly userId: string;
  readonly view: Fields;
};

/** What opens a form: for as long as an answer may take, and once. */
export type Trigger = {
  readonly channelId: string;
  readonly userId: string;
  readonly createdAt: number;
  isUsed: boolean;
};

const SECOND_MS = 1000;
const SECRET_BYTES = 18;

/** Everything that Slack knows: channels with what is in them, ways to answer, and broken rules. */
export class SlackWorld {
  readonly options: SlackOptions;
  readonly breaches: Breaches;
  readonly rates: RateLimit;
  readonly urls = new Map<string, ResponseUrl>();
  readonly triggers = new Map<string, Trigger>();
  readonly views: OpenView[] = [];
  readonly #screens = new Map<string, Screen>();
  readonly #messages = new Map<string, SlackMessage>();
  #count = 0;

  constructor(options: SlackOptions) {
    this.options = options;
    this.breaches = new Breaches(options.now);
    this.rates = new RateLimit(options.rateLimit, options.now);
  }

  /** `1763665200.000100`: a message's name, and when it was written. */
  newTs(): string {
    this.#count += 1;
    const seconds = Math.floor(this.options.now() / SECOND_MS);
    return `${seconds}.${String(this.#count).padStart(6, "0")}`;
  }

  /** `C…`, `F…`, `V…`: an id of the kind that the letter says. */
  newId(letter: string): string {
    this.#count += 1;
    return `${letter}${String(this.#count).padStart(8, "0")}`;
  }

  openChannel(): string {
    const id = this.newId("C");
    const { now, onMoment } = this.options;
    this.#screens.set(id, new Screen(now, (moment) => onMoment(id, moment)));
    return id;
  }

  screen(channelId: string): Screen | undefined {
    return this.#screens.get(channelId);
  }

  /** Somebody does something: there is a way to answer it. */
  newUrl(channelId: string, userId: string, originalTs: string | null): ResponseUrl {
    const id = `${this.newId("R")}-${randomBytes(SECRET_BYTES).toString("base64url")}`;
    const createdAt = this.options.now();
    const url = { id, channelId, userId, createdAt, originalTs, uses: 0, closedAt: null };
    this.urls.set(id, url);
    return url;
  }

  newTrigger(channelId: string, userId: string): string {
    const id = `${this.newId("1")}.${randomBytes(SECRET_BYTES).toString("hex")}`;
    this.triggers.set(id, { channelId, userId, createdAt: this.options.now(), isUsed: false });
    return id;
  }

  message(ts: string | null): SlackMessage | undefined {
    return ts === null ? undefined : this.#messages.get(ts);
  }

  messagesIn(channelId: string): readonly SlackMessage[] {
    return [...this.#messages.values()].filter((message) => message.channelId === channelId);
  }

  /** Shows a message, new or changed, to whoever looks at the channel. */
  put(message: SlackMessage): SlackMessage {
    this.#messages.set(message.ts, message);
    this.#screens.get(message.channelId)?.show(seenMessage(message));
    return message;
  }

  remove(ts: string): void {
    const message = this.#messages.get(ts);
    this.#messages.delete(ts);
    if (message !== undefined) this.#screens.get(message.channelId)?.remove(ts);
  }
}
