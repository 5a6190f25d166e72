import type { Refusal } from "../../core/job/refusal.ts";
import type { SideCalls } from "../../core/job/side-calls.ts";
import type { Progress } from "../../core/job/step.ts";
import {
  OUTPUT_BYTES_MAX,
  OUTPUT_BYTES_MAX_IN_ALL,
  readOutput,
  readProgress,
} from "../../core/plugin/side-call.ts";
import type { Result } from "../../lang/result.ts";
import { utf8Length } from "../../lang/text.ts";

/** Gives a batch to the job, which has it on disk when this resolves. May be called twice for one batch. */
export type SendBatch = (batch: SideCalls) => Promise<Result<null, Refusal>>;

/** Ten commits a second at most, whatever a plugin has to say (design, section 6). */
const REST_MS = 100;

/** Calls that are made together come one by one: this is long enough for them to share a commit. */
const GATHER_MS = 5;

/** What a side call is refused with, in the plugin's own hands. */
export class SideCallFault extends Error {
  override readonly name = "SideCallFault";
  readonly code: "invalid_side_call" | "output_too_long" | Refusal["code"];

  constructor(code: SideCallFault["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What one attempt says on the way to its answer. The first word goes out at once, what comes within
 * the next moment goes together. A batch that could not be sent is sent again as it was, so that
 * nothing is lost and nothing is told twice.
 */
export class SideCallBuffer {
  readonly #send: SendBatch;
  readonly #from: SideCalls["from"];
  #progress: Progress | null = null;
  readonly #texts: string[] = [];
  #bytesInAll = 0;
  /** The number of the newest batch. */
  #number: number;
  /** The batch that has not arrived yet. */
  #underway: SideCalls | null = null;
  #sending: Promise<void> = Promise.resolve();
  /** Resolves the rest between two batches early. */
  #wake: (() => void) | null = null;
  #isPumping = false;
  #isOver = false;

  /** @param number Of the newest batch that the job has of this attempt, from there. */
  constructor(sendBatch: SendBatch, from: SideCalls["from"] = "runner", number = 0) {
    this.#send = sendBatch;
    this.#from = from;
    this.#number = number;
  }

  /** @throws {SideCallFault} when it cannot be taken, or nobody wants it any more. */
  progress(value: unknown): void {
    this.#assertWanted();
    const read = readProgress(value);
    if (!read.ok) throw new SideCallFault("invalid_side_call", read.reason);
    this.#progress = read.value;
    void this.#pump();
  }

  /** @throws {SideCallFault} as `progress`, and when the attempt has said more than an answer may hold. */
  output(value: unknown): void {
    this.#assertWanted();
    const read = readOutput(value);
    if (!read.ok) throw new SideCallFault("invalid_side_call", read.reason);
    if (read.value === "") return;
    this.#bytesInAll += utf8Length(read.value);
    if (this.#bytesInAll > OUTPUT_BYTES_MAX_IN_ALL) {
      const message = `An attempt can output at most ${OUTPUT_BYTES_MAX_IN_ALL} bytes in all`;
      throw new SideCallFault("output_too_long", message);
    }
    this.#texts.push(read.value);
    void this.#pump();
  }

  /** Takes no more calls. Resolves with what has not arrived: it belongs to the report. */
  async end(): Promise<readonly SideCalls[]> {
    this.#isOver = true;
    this.#wake?.();
    await this.#sending;
    const left = this.#underway === null ? [] : [this.#underway];
    for (let batch = this.#take(); batch !== null; batch = this.#take()) left.push(batch);
    return left;
  }

  /** Sends while there is something to say, with a rest after each batch. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    await this.#rest(GATHER_MS);
    while (!this.#isOver) {
      this.#underway ??= this.#take();
      if (this.#underway === null) break;
      this.#sending = this.#deliver(this.#underway);
      await Promise.all([this.#sending, this.#rest(REST_MS)]);
    }
    this.#isPumping = false;
  }

  async #deliver(batch: SideCalls): Promise<void> {
    try {
      const taken = await this.#send(batch);
      this.#underway = null;
      if (!taken.ok) this.#isOver = true;
    } catch {
      // The job could not be reached, or could not store it: the same batch goes again, or with the report.
    }
  }

  async #rest(ms: number): Promise<void> {
    const rest = Promise.withResolvers<void>();
    const timer = setTimeout(rest.resolve, ms);
    this.#wake = rest.resolve;
    await rest.promise;
    clearTimeout(timer);
  }

  /** The next batch, at most two calls' worth of text; `null` when there is nothing to say. */
  #take(): SideCalls | null {
    if (this.#progress === null && this.#texts.length === 0) return null;
    const progress = this.#progress;
    let text = "";
    while (this.#texts.length > 0 && utf8Length(text) < OUTPUT_BYTES_MAX) {
      text += this.#texts.shift() ?? "";
    }
    this.#progress = null;
    this.#number += 1;
    return { from: this.#from, number: this.#number, progress, text };
  }

  #assertWanted(): void {
    if (!this.#isOver) return;
    throw new SideCallFault("stale_attempt", "This attempt is over: stop working on it");
  }
}
