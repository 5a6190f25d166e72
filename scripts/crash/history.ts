import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Arrival } from "../receivers/receivers.ts";

/** What the outside saw, or did. Ids are the gateway's, names the laboratory's own. */
export type Happening =
  | { readonly k: "start"; readonly runner: string }
  | { readonly k: "up" }
  /** `isDrawn`: as the run has it, and not only to see what another start makes of it. */
  | { readonly k: "kill"; readonly isUp: boolean; readonly isDrawn: boolean }
  /** Nothing of it is left. */
  | { readonly k: "killed"; readonly isDrawn: boolean }
  /** It has ended, and nobody had killed it. */
  | { readonly k: "died"; readonly code: number | null; readonly signal: string | null }
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
  | { readonly k: "held"; readonly n: number; readonly how: HowHeld }
  /** Their stream is open: from now on it tells whatever happens, and is never silent for longer than this. */
  | { readonly k: "opens"; readonly n: number; readonly everyMs: number | null }
  /** It said something that is no event: it is still there. */
  | { readonly k: "words"; readonly n: number }
  | { readonly k: "closes"; readonly n: number; readonly how: HowClosed }
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
  /** How long a request took that waits for nothing. */
  | { readonly k: "pulse"; readonly ms: number; readonly how: "answered" | "cut" | "hung" }
  /** How late a timer and a request to a bare server were, and how long that one took for some work. */
  | { readonly k: "machine"; readonly lateMs: number; readonly workMs: number }
  /** Asked again and again for so long, and nobody answered. */
  | { readonly k: "unanswered"; readonly path: string; readonly ms: number }
  /** An answer that no client should get: 500 and its like. */
  | { readonly k: "broken"; readonly path: string; readonly status: number; readonly body: string };

/**
 * What came of a request. `not_yet`: the answer is that patience is over; `turned_away`: that it must be
 * sent again later; `cut`: the server died under it, or is not up; `hung`: nothing came for far too long.
 */
export type HowHeld = "answered" | "not_yet" | "turned_away" | "cut" | "hung";

/** What came of a stream: it told the end, ended before that, was cut, or was silent for far too long. */
export type HowClosed = "told" | "ended" | "cut" | "hung";

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
