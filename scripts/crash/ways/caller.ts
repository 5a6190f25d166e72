import type { Asked, Client, Fields, Reply } from "../client.ts";
import type { History } from "../history.ts";
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

/** Whoever waits longer than this beyond what was promised has been forgotten. */
export const FORGOTTEN_MS = 15_000;

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

  /** A request that is to be answered within `waitMs`. */
  async held(path: string, waitMs: number, asked: Asked = {}): Promise<Reply | null> {
    this.holds(waitMs);
    const reply = await this.client.ask(path, { ...asked, msMax: waitMs + FORGOTTEN_MS });
    this.holdsNoMore(typeof reply === "string" ? reply : "answered");
    return typeof reply === "string" ? null : reply;
  }

  holds(waitMs: number): void {
    this.#history.note({ k: "holds", n: this.#n, until: Date.now() + waitMs });
  }

  holdsNoMore(how: "answered" | "cut" | "hung"): void {
    this.#history.note({ k: "held", n: this.#n, how });
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
