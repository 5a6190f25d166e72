/** A rule of the channel that whoever called it has broken: no simulator answers it and forgets. */
export type Breach = {
  readonly at: number;
  /** `invalid_body`, `bot_token_on_webhook`, `called_after_expiry`, … */
  readonly rule: string;
  /** Whose it is, as the simulator names it: a channel's id. */
  readonly place: string;
  readonly what: string;
  /** Since when whoever called knew better; `null` = always. */
  readonly toldAt: number | null;
};

/** What is said of a breach when it is found. */
export type Found = Omit<Breach, "at" | "toldAt"> & { readonly toldAt?: number | null };

/** Keeps the breaches of one simulator, in their order. */
export class Breaches {
  readonly all: Breach[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(rule: string, place: string, what: string): void {
    this.note({ rule, place, what });
  }

  note({ toldAt = null, ...found }: Found): void {
    this.all.push({ at: this.#now(), toldAt, ...found });
  }
}
