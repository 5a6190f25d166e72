import type { SideCalls } from "../../src/core/job/side-calls.ts";
import type { Progress } from "../../src/core/job/step.ts";
import type { SendBatch } from "./attempt-run.ts";
import { CallFault } from "./call-fault.ts";
import { type Life, Once, type Process } from "./process.ts";
import type { World } from "./world.ts";

const REST_MS = 100;

/** What one attempt says on the way, in numbered batches: one that did not arrive goes again as it was. */
export class SideCallBuffer {
  readonly #world: World;
  readonly #life: Life;
  readonly #send: SendBatch;
  #text = "";
  #progress: Progress | null = null;
  #number = 0;
  #underway: SideCalls | null = null;
  #sending: Once<null> | null = null;
  #isOver = false;

  constructor(world: World, life: Life, send: SendBatch) {
    this.#world = world;
    this.#life = life;
    this.#send = send;
  }

  say(text: string, progress: Progress | null): void {
    if (this.#isOver || this.#life.isOver) return;
    this.#text += text;
    this.#progress = progress ?? this.#progress;
    if (this.#sending === null) this.#world.start(this.#life, this.#pump());
  }

  /** Takes no more. Comes back with what has not arrived: it belongs to the report. */
  *end(): Process<readonly SideCalls[]> {
    this.#isOver = true;
    if (this.#sending !== null) yield* this.#sending.heard();
    const left = this.#underway === null ? [] : [this.#underway];
    const rest = this.#take();
    return rest === null ? left : [...left, rest];
  }

  *#pump(): Process {
    const sending = new Once<null>();
    this.#sending = sending;
    while (!this.#isOver) {
      this.#underway ??= this.#take();
      if (this.#underway === null) break;
      yield* this.#deliver(this.#underway);
      yield* this.#world.sleep(REST_MS);
    }
    this.#sending = null;
    sending.say(null);
  }

  *#deliver(batch: SideCalls): Process {
    try {
      const taken = yield* this.#send(batch);
      this.#underway = null;
      if (!taken.ok) this.#isOver = true;
    } catch (cause) {
      // The same batch goes again, or with the report.
      if (!(cause instanceof CallFault)) throw cause;
    }
  }

  #take(): SideCalls | null {
    if (this.#text === "" && this.#progress === null) return null;
    this.#number += 1;
    const batch = { number: this.#number, progress: this.#progress, text: this.#text };
    this.#text = "";
    this.#progress = null;
    return { from: "runner", ...batch };
  }
}
