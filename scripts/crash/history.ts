import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Arrival } from "../receivers/receivers.ts";

/** What the outside saw, or did. Ids are the gateway's, names the laboratory's own. */
export type Happening =
  | { readonly k: "start"; readonly runner: string }
  | { readonly k: "up" }
  | { readonly k: "kill"; readonly isUp: boolean }
  /** Nothing of it is left. */
  | { readonly k: "killed" }
  /** From now on nothing is killed, and no fault is injected. */
  | { readonly k: "calm" }
  | { readonly k: "trigger"; readonly name: string; readonly kind: string }
  /** Somebody was told 2xx, and this id. */
  | {
      readonly k: "triggered";
      readonly name: string;
      readonly kind: string;
      readonly jobId: string;
    }
  /** No answer, and no key to ask again with: there may be a job or not. */
  | { readonly k: "unknown"; readonly name: string; readonly kind: string }
  /** What a job was doing when the server was killed. */
  | { readonly k: "caught"; readonly jobId: string; readonly state: string }
  /** A caller begins to ask for the end of a job. */
  | {
      readonly k: "hears";
      readonly n: number;
      readonly way: string;
      readonly name: string;
      readonly jobId: string;
    }
  /** Their request is to be answered by then. */
  | { readonly k: "holds"; readonly n: number; readonly until: number }
  | { readonly k: "held"; readonly n: number; readonly how: "answered" | "cut" | "hung" }
  | {
      readonly k: "told";
      readonly n: number;
      readonly jobId: string;
      readonly status: string;
      readonly digest: string;
    }
  | {
      readonly k: "event";
      readonly n: number;
      readonly seq: number;
      readonly type: string;
      readonly at: string;
    }
  /** What came of a command that somebody typed in a channel. */
  | {
      readonly k: "said";
      readonly name: string;
      readonly kind: string;
      readonly end: string;
      readonly ackMs: number;
    }
  /** Something that was done to a job, and what was answered. */
  | {
      readonly k: "act";
      readonly what: string;
      readonly jobId: string;
      readonly status: number;
      readonly answer: string;
    }
  | { readonly k: "arrival"; readonly arrival: Arrival }
  /** The laboratory's own plugin is called. */
  | ({ readonly k: "executes" } & Execution)
  /** Its answer is on its way, or will never come. */
  | ({ readonly k: "executed"; readonly how: "ok" | "fault" | "gone" } & Execution)
  /** How long a request took that waits for nothing: how busy the machine was just now. */
  | { readonly k: "pulse"; readonly ms: number }
  /** An answer that no client should get: 500 and its like. */
  | { readonly k: "broken"; readonly path: string; readonly status: number; readonly body: string };

type Execution = {
  readonly jobId: string;
  readonly attempt: number;
  readonly token: string;
};

export type Entry = Happening & {
  readonly t: number;
  /** How often the server has been started by then. */
  readonly gen: number;
};

/**
 * One line of JSON for whatever happens, on disk before anything comes of it. It is written by the
 * process that checks, which nobody kills.
 */
export class History {
  readonly path: string;
  readonly #file: number;
  #isOpen = true;
  generation = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, "w");
  }

  note(happening: Happening): void {
    // Whoever is still cut off when all is over has nothing to say that counts.
    if (!this.#isOpen) return;
    const entry = { t: Date.now(), gen: this.generation, ...happening };
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    this.#isOpen = false;
    closeSync(this.#file);
  }
}

export function readHistory(path: string): readonly Entry[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
}

/** The entries of one or more kinds, in their order. */
export function only<Kind extends Entry["k"]>(
  entries: readonly Entry[],
  ...kinds: readonly Kind[]
): readonly Extract<Entry, { readonly k: Kind }>[] {
  return entries.filter((entry): entry is Extract<Entry, { readonly k: Kind }> =>
    kinds.some((kind) => kind === entry.k),
  );
}
