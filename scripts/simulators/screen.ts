/** A file as it can be downloaded. */
export type SeenFile = {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
};

export type SeenButton = {
  /** What the channel sends back when it is pressed; `null` = it is a link, and sends nothing. */
  readonly id: string | null;
  readonly label: string;
  readonly isDisabled: boolean;
  /** Of Slack: the block it is in, and the value that goes along. */
  readonly blockId: string;
  readonly value: string | null;
};

/** One message, as it stands at an instant. */
export type SeenMessage = {
  readonly id: string;
  /** Whether it came by the interaction's own way, or the bot wrote it on its own. */
  readonly by: "answer" | "bot";
  readonly text: string;
  /** "… is thinking", and nothing else yet. */
  readonly isThinking: boolean;
  readonly isEphemeral: boolean;
  readonly files: readonly SeenFile[];
  readonly buttons: readonly SeenButton[];
  /** Whom it pings: `everyone`, `user`, `role`. */
  readonly pings: readonly string[];
};

/** Something that somebody in front of the screen sees happen. */
export type Moment = {
  readonly at: number;
  readonly what: "typed" | "shown" | "edited" | "removed" | "form" | "broken";
  /** What was typed, a form's title, or the channel's own words. Else what the message says. */
  readonly text: string;
  readonly message: SeenMessage | null;
};

/** One channel, as who typed the command sees it: what is there, and everything that ever was. */
export class Screen {
  readonly moments: Moment[] = [];
  readonly #messages = new Map<string, SeenMessage>();
  readonly #now: () => number;
  readonly #onMoment: (moment: Moment) => void;

  constructor(now: () => number, onMoment: (moment: Moment) => void = () => {}) {
    this.#now = now;
    this.#onMoment = onMoment;
  }

  /** What is there now, in the order in which it came. */
  get messages(): readonly SeenMessage[] {
    return [...this.#messages.values()];
  }

  message(id: string): SeenMessage | undefined {
    return this.#messages.get(id);
  }

  /** Shows a message, or what it has become: the same again is nothing to see. */
  show(message: SeenMessage): void {
    const before = this.#messages.get(message.id);
    this.#messages.set(message.id, message);
    if (before !== undefined && isSame(before, message)) return;
    // What takes the place of "thinking…" is the answer, and no edit of one.
    const isFirst = before === undefined || before.isThinking;
    this.#happened(isFirst ? "shown" : "edited", message.text, message);
  }

  remove(id: string): void {
    const message = this.#messages.get(id);
    if (this.#messages.delete(id)) this.#happened("removed", message?.text ?? "", message ?? null);
  }

  typed(text: string): void {
    this.#happened("typed", text, null);
  }

  form(title: string): void {
    this.#happened("form", title, null);
  }

  /** The channel says in its own words that something did not come to pass. */
  broken(text: string): void {
    this.#happened("broken", text, null);
  }

  #happened(what: Moment["what"], text: string, message: SeenMessage | null): void {
    const moment = { at: this.#now(), what, text, message };
    this.moments.push(moment);
    this.#onMoment(moment);
  }
}

function isSame(left: SeenMessage, right: SeenMessage): boolean {
  const shown = ({ files, ...message }: SeenMessage) =>
    JSON.stringify({ ...message, files: files.map(({ name, bytes }) => [name, bytes.length]) });
  return shown(left) === shown(right);
}
