import type { Client, Fields, Reply } from "../client.ts";
import { askHeld, type Question } from "../held.ts";
import type { History, HowClosed, HowHeld } from "../history.ts";
import { endOf } from "../job-view.ts";

/** One way to hear: another file beside this one and a line in `registry.ts` is all that a new one takes. */
export type Way = {
  /** Of the draws; 0 = it is not drawn, but comes with a trigger. */
  readonly share: number;
  /** Asks until the end of the job is told, whatever dies meanwhile. */
  readonly hear: (caller: Caller) => Promise<void>;
};

export type Event = {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly data: { readonly snapshot?: Fields };
};

/** Somebody who wants to know how one job ends, and writes down whatever they are told. */
export class Caller {
  readonly client: Client;
  readonly jobId: string;
  /** The number of the newest event that they have. */
  seq = 0;
  isTold = false;
  readonly #n: number;
  readonly #history: History;
  /** Other jobs, for those who wait for many. */
  readonly others: () => readonly string[];

  constructor(
    { client, history, others }: CallersLab,
    { n, way, name, jobId }: { n: number; way: string; name: string; jobId: string },
  ) {
    this.client = client;
    this.#history = history;
    this.#n = n;
    this.jobId = jobId;
    this.others = others;
    history.note({ k: "hears", n, way, name, jobId });
  }

  /** `null`: nobody answered. */
  async held(question: Question): Promise<Reply | null> {
    const lab = { client: this.client, history: this.#history };
    const reply = await askHeld(lab, this.#n, question);
    return typeof reply === "string" ? null : reply;
  }

  /** Something that is to come at once. */
  holds(): void {
    this.#history.note({ k: "holds", n: this.#n, until: Date.now() });
  }

  holdsNoMore(how: HowHeld): void {
    this.#history.note({ k: "held", n: this.#n, how });
  }

  /** @param everyMs How long the stream may be silent at most; `null` = for ever, where nothing happens. */
  opens(everyMs: number | null): void {
    this.#history.note({ k: "opens", n: this.#n, everyMs });
  }

  hearsWords(): void {
    this.#history.note({ k: "words", n: this.#n });
  }

  /** An event of a stream, which is to be closed at once where this was its last. */
  takeLive(event: Event): void {
    if (this.isTold) return;
    this.take(event);
    if (!this.isTold) return;
    this.#closes("told");
    this.holds();
  }

  /** The stream is closed, by whomever. */
  endsLive(how: Exclude<HowClosed, "told">): void {
    if (!this.isTold) this.#closes(how);
    else this.holdsNoMore(how === "ended" ? "answered" : how);
  }

  #closes(how: HowClosed): void {
    this.#history.note({ k: "closes", n: this.#n, how });
  }

  /** Notes an event, and the end where it is one. */
  take({ seq, type, at, data }: Event): void {
    this.#history.note({ k: "event", n: this.#n, seq, type, at });
    this.seq = seq;
    if (data.snapshot !== undefined) this.takeEnd(data.snapshot);
  }

  /** Notes what was told, if it is an end. */
  takeEnd(told: Fields): void {
    const end = endOf(told);
    if (end === null || this.isTold) return;
    this.isTold = true;
    this.#history.note({ k: "told", n: this.#n, ...end });
  }
}

export type CallersLab = {
  readonly client: Client;
  readonly history: History;
  readonly others: () => readonly string[];
};
