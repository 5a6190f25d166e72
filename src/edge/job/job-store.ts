import type { Settled } from "../../core/callback/delivery.ts";
import type { JobEvent } from "../../core/job/event.ts";
import type { Job } from "../../core/job/job.ts";
import type { PastAttempt, Step, StepState } from "../../core/job/step.ts";
import { wakeAt } from "../../core/job/wake-at.ts";
import { invariant } from "../../lang/invariant.ts";
import type { Json, JsonObject } from "../../lang/json.ts";
import { mapNonEmpty, type NonEmpty } from "../../lang/non-empty.ts";
import { utf8Length } from "../../lang/text.ts";
import { type EpochMs, epochMs, latest } from "../../lang/time.ts";
import { type AwakeObject, awakeObjects } from "../awake-objects.ts";
import { clock } from "../clock.ts";
import { JOB_FORM, type JobForm, jobOfForm } from "./job-forms.ts";
import { JobLogs } from "./job-logs.ts";

/**
 * Values above 100 KB get a row of their own, so that a state change rewrites a small document. A
 * value is at most 1 MiB (request and response limits), safely below the platform's 2 MB a row.
 *
 * @see https://developers.cloudflare.com/durable-objects/platform/limits/
 */
const INLINE_BYTES_MAX = 100_000;

/** 1 MiB, and what a result has around it. Larger means that a limit further out was passed by. */
const ROW_BYTES_MAX = 1_048_576 + 16_384;

/** Logs and excerpts come once an attempt, hundreds of times at most: together they must leave room for the rest. */
const NOTES_INLINE_BYTES_MAX = 4000;

const DOCUMENT = "job";

/** A value inside the document, or the name of its row. */
type Kept<Value> = { readonly inline: Value } | { readonly row: string };

/** What is written of a job under the key `job`: the job, its large values moved out. */
type StoredJob = {
  readonly v: JobForm;
  readonly job: Omit<Job, "payload" | "event" | "steps"> & {
    readonly payload: Kept<JsonObject>;
    /** Left out until form 3. */
    readonly event?: Kept<Job["event"]>;
    readonly steps: NonEmpty<StoredStep>;
  };
  /** Alarm passes in a row that failed: the platform's own count starts again after a crash. */
  readonly alarmFailures: number;
};

type StoredStep = Omit<Step, "past" | "state"> & {
  readonly past: readonly (Omit<PastAttempt, "logs" | "excerpt"> & {
    readonly notes: Kept<Notes>;
  })[];
  readonly state: Kept<StepState>;
};

type Notes = Pick<PastAttempt, "logs" | "excerpt">;

/**
 * One job on disk, and its one alarm. Rows are money: a state change writes the document (1 row) and
 * the alarm (1 row); a large payload, result or log adds a row once, when it appears.
 */
export class JobStore {
  /** Its object: every call reads the job, which is how it is known to be awake. */
  readonly awake: AwakeObject = awakeObjects.wake(clock());
  readonly #storage: DurableObjectStorage;
  readonly #logs: JobLogs;
  /** What is on disk: a copy to save reading, never ahead of it. */
  #stored: { readonly job: Job; readonly alarmFailures: number } | null | undefined;
  /** Where each large value is kept. They never change, so each is measured and written once. */
  #kept = new Map<string, Kept<unknown>>();
  #isLeaving = false;
  /** The instant the alarm is set to, as far as this object knows. */
  #armedAt: EpochMs | undefined;
  /** The alarm that fires now: setting that very instant again would lose it (workerd#6866). */
  #firedAt: EpochMs = epochMs(0);

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#logs = new JobLogs(storage);
  }

  /** The job, or `null` where none was submitted. Reads only: asking for a made-up job costs no row. */
  load(): Job | null {
    this.awake.stir(clock());
    if (this.#isLeaving) return null;
    this.#stored ??= this.#read();
    return this.#stored?.job ?? null;
  }

  /** The job's events after number `seq`, in order: at most `limit`, fewer where they are long. */
  eventsAfter(job: Job, seq: number, limit: number): readonly JobEvent[] {
    return this.#logs.eventsAfter(job, seq, limit);
  }

  /** Every delivery of the job that is over, in order. */
  ledger(job: Job): readonly Settled[] {
    return this.#logs.ledger(job);
  }

  get alarmFailures(): number {
    this.load();
    return this.#stored?.alarmFailures ?? 0;
  }

  /**
   * Writes the job and its alarm: both or, when anything throws, neither. From then on the job's older
   * events may be found by `eventsAfter` only.
   */
  commit(job: Job, now: EpochMs): void {
    invariant(!this.#isLeaving, "Cannot store a job that is being removed");
    const keptBefore = new Map(this.#kept);
    let spilled = job;
    try {
      this.#storage.transactionSync(() => {
        spilled = this.#logs.spill(job);
        this.#storage.kv.put(DOCUMENT, this.#storedForm(spilled, 0));
        this.#arm(wakeAt(spilled), now);
      });
    } catch (cause) {
      this.#kept = keptBefore;
      this.#armedAt = undefined;
      throw cause;
    }
    this.#stored = { job: spilled, alarmFailures: 0 };
  }

  /** Sets the alarm to when the job needs it; a no-op where it is set to that already. */
  arm(job: Job, now: EpochMs): void {
    this.#arm(wakeAt(job), now);
  }

  /** Records that an alarm pass failed, and when to try again. The rest of the document stays as it is. */
  postpone(alarmFailures: number, until: EpochMs, now: EpochMs): void {
    this.#storage.transactionSync(() => {
      const document = this.#storage.kv.get<StoredJob>(DOCUMENT);
      if (document !== undefined) {
        this.#storage.kv.put(DOCUMENT, { ...document, alarmFailures });
      }
      this.#arm(until, now);
    });
    this.#stored = undefined;
  }

  /** Whether the alarm is set. One that is more than 5 s overdue will never fire (docs#18324). */
  async isArmed(now: EpochMs): Promise<boolean> {
    const at = await this.#storage.getAlarm();
    return at !== null && at > now - 5000;
  }

  /** The alarm has fired, and with that it is gone. */
  alarmFired(scheduledAt: EpochMs): void {
    this.#armedAt = undefined;
    this.#firedAt = scheduledAt;
  }

  /**
   * Removes everything, the alarm included, and comes back when that is on disk. From its beginning on
   * there is no job: whoever comes meanwhile would write one that has lost its other rows.
   */
  async erase(): Promise<void> {
    this.leave();
    await this.#storage.deleteAll();
    await this.#storage.sync();
  }

  /** From now on nobody is shown the job, and nothing of it is written. */
  leave(): void {
    this.#isLeaving = true;
    this.#stored = undefined;
    this.#kept.clear();
    this.#armedAt = undefined;
  }

  /** It is there again: what it was to be removed with failed. */
  comeBack(): void {
    this.#isLeaving = false;
  }

  /** The only caller of `setAlarm`. Never for "now", never for the instant that fires at present. */
  #arm(at: EpochMs, now: EpochMs): void {
    const soonest = epochMs(latest(now, this.#firedAt) + 1);
    const instant = latest(at, soonest);
    if (instant === this.#armedAt) return;
    // Not awaited: it belongs to the transaction, and the output gate holds every answer back until
    // the transaction is on disk. If it cannot be written, the platform resets the object.
    void this.#storage.setAlarm(instant);
    this.#armedAt = instant;
  }

  #read(): { readonly job: Job; readonly alarmFailures: number } | null {
    const document = this.#storage.kv.get<StoredJob>(DOCUMENT);
    if (document === undefined) return null;

    const { v, job, alarmFailures } = document;
    const steps = mapNonEmpty(
      job.steps,
      (step, index): Step => ({
        ...step,
        past: step.past.map(({ notes, ...attempt }) => ({
          ...attempt,
          ...this.#take(`notes:${index}:${attempt.attempt}`, notes),
        })),
        state: this.#takeState(index, step.state),
      }),
    );
    const payload = this.#take("payload", job.payload);
    const event = job.event === undefined ? null : this.#take("event", job.event);
    const read: Job = { ...job, payload, event, steps };
    // What is remembered of an older form is not what would be written today.
    if (v !== JOB_FORM) this.#kept.clear();
    return { job: jobOfForm(v, read), alarmFailures };
  }

  #storedForm(job: Job, alarmFailures: number): StoredJob {
    const steps = mapNonEmpty(
      job.steps,
      ({ past, state, ...step }, index): StoredStep => ({
        ...step,
        past: past.map(({ logs, excerpt, ...attempt }) => ({
          ...attempt,
          notes: this.#keep<Notes>(
            { row: `notes:${index}:${attempt.attempt}`, inlineBytesMax: NOTES_INLINE_BYTES_MAX },
            { logs, excerpt },
          ),
        })),
        state: this.#keepState(index, state),
      }),
    );
    return {
      v: JOB_FORM,
      job: {
        ...job,
        payload: this.#keep({ row: "payload" }, job.payload),
        event: this.#keep({ row: "event" }, job.event),
        steps,
      },
      alarmFailures,
    };
  }

  /** Only a successful end can be large, and it is the step's last state; the others stay inside. */
  #keepState(index: number, state: StepState): Kept<StepState> {
    return state.status === "succeeded"
      ? this.#keep({ row: `result:${index}` }, state)
      : { inline: state };
  }

  #takeState(index: number, kept: Kept<StepState>): StepState {
    return "inline" in kept && kept.inline.status !== "succeeded"
      ? kept.inline
      : this.#take(`result:${index}`, kept);
  }

  #keep<Value extends Json | Notes | StepState>(
    { row, inlineBytesMax = INLINE_BYTES_MAX }: { row: string; inlineBytesMax?: number },
    value: Value,
  ): Kept<Value> {
    const known = this.#kept.get(row);
    if (known !== undefined) return known as Kept<Value>;

    const text = JSON.stringify(value);
    const isLarge = text.length > inlineBytesMax / 3 && utf8Length(text) > inlineBytesMax;
    // As bytes: a string with one character beyond Latin-1 would be stored at two bytes a character.
    if (isLarge) this.#storage.kv.put(row, rowOf(row, text));
    const kept: Kept<Value> = isLarge ? { row } : { inline: value };
    this.#kept.set(row, kept);
    return kept;
  }

  #take<Value>(row: string, kept: Kept<Value>): Value {
    this.#kept.set(row, kept);
    if ("inline" in kept) return kept.inline;
    const bytes = this.#storage.kv.get<Uint8Array>(kept.row);
    return JSON.parse(new TextDecoder().decode(bytes)) as Value;
  }
}

function rowOf(row: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  invariant(
    bytes.byteLength <= ROW_BYTES_MAX,
    `Cannot store row ${row}: it has ${bytes.byteLength} bytes, the limit is ${ROW_BYTES_MAX}`,
  );
  return bytes;
}
