import { type EpochMs, epochMs } from "../../src/lang/time.ts";
import { T0 } from "../support/a-job.ts";
import { CallFault } from "./call-fault.ts";
import type { Core } from "./core.ts";
import { Heap } from "./heap.ts";
import type { History } from "./history.ts";
import { Life, type Process } from "./process.ts";
import type { Tape } from "./tape.ts";

type Happening = {
  readonly at: number;
  readonly order: number;
  readonly life: Life;
  readonly happen: () => void;
};

/** How a process came to its end. */
type Endings<Result> = {
  readonly done?: (result: Result) => void;
  /** It ended with a fault of the world; left out, nobody cares. */
  readonly failed?: (fault: CallFault) => void;
};

/** Time, chance and what is known of what happened: all that the parts of the simulated place share. */
export class World {
  readonly tape: Tape;
  readonly core: Core;
  readonly history: History;
  /** For what lives outside of the gateway: callers, receivers, plugins. */
  readonly outside = new Life();
  /** For calls that are still on their way when their caller has long been answered. */
  readonly strays = new Life();
  readonly #heap = new Heap<Happening>();
  #now: EpochMs = T0;
  #order = 0;
  #tokens = 0;
  events = 0;
  /** Since when nothing bad has happened, whatever was drawn before. */
  fairSince: EpochMs | null = null;

  constructor(tape: Tape, core: Core, history: History) {
    this.tape = tape;
    this.core = core;
    this.history = history;
  }

  get now(): EpochMs {
    return this.#now;
  }

  /** Nothing bad happens any more. What began before may still have to be got over. */
  get isFair(): boolean {
    return this.tape.isOver;
  }

  /** @returns A word that was never given away before. */
  draw(kind: string): string {
    this.#tokens += 1;
    return `${kind}-${this.#tokens}`;
  }

  /** Has something happen in so many milliseconds, if the life that it belongs to is not over by then. */
  after(ms: number, life: Life, happen: () => void): void {
    this.#order += 1;
    const at = this.#now + Math.max(0, Math.ceil(ms));
    this.#heap.put({ at, order: this.#order, life, happen });
  }

  /** Runs a process as long as its life lasts; at once, up to its first wait. */
  start<Result>(life: Life, process: Process<Result>, endings: Endings<Result> = {}): void {
    const goOn = () => {
      if (life.isOver) return;
      try {
        const next = process.next();
        if (next.done !== true) next.value(goOn);
        else endings.done?.(next.value);
      } catch (cause) {
        // Anything but a fault of the world is a bug, of the core or of the simulation.
        if (!(cause instanceof CallFault)) throw cause;
        if (!life.isOver) endings.failed?.(cause);
      }
    };
    goOn();
  }

  /** Whose life is over by then does not go on: `start` sees to it. */
  *sleep(ms: number): Process {
    yield (goOn) => this.after(ms, this.outside, goOn);
  }

  /** Lets the next thing happen. @returns `false` where there is nothing to come, or not until then. */
  step(until: number): boolean {
    const next = this.#heap.first;
    if (next === undefined || next.at > until) return false;
    this.#heap.take();
    if (next.life.isOver) return true;
    this.#now = epochMs(next.at);
    this.events += 1;
    next.happen();
    return true;
  }
}
