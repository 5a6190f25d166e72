import type { LaneEntry, SlotRef } from "../../core/lane/slot.ts";
import {
  type LaneView,
  laneWakeAt,
  STARTS_MAX,
  startsOf,
  withNewcomer,
} from "../../core/lane/starts.ts";
import type { StateUpdates } from "../../core/lane/state.ts";
import { invariant } from "../../lang/invariant.ts";
import type { JsonObject } from "../../lang/json.ts";
import { type EpochMs, epochMs, latest } from "../../lang/time.ts";
import { LaneTables } from "./lane-tables.ts";
import { StateDocument } from "./state-document.ts";

const DOCUMENT = "lane";

/** What is written of a lane under the key `lane`: with its first entry, and when the limit changes. */
type StoredLane = {
  /** The form of this document and of the tables. */
  readonly v: 1;
  /** The newest `concurrency` that was heard of. */
  readonly limit: number | null;
  /** Alarm passes in a row that failed: the platform's own count starts again after a crash. */
  readonly alarmFailures: number;
};

/** When something is done, and when those who start by it are first asked about their slot. */
export type Turn = { readonly now: EpochMs; readonly leaseExpiresAt: EpochMs };

/**
 * One lane on disk, and its one alarm. Every change is one transaction, in which freed slots go to whom
 * they are due: no crash can come between. Nothing of it is kept in memory but when the alarm is set to.
 */
export class LaneStore {
  readonly #storage: DurableObjectStorage;
  readonly #tables: LaneTables;
  readonly #state: StateDocument;
  /** The instant the alarm is set to, as far as this object knows. */
  #armedAt: EpochMs | null = null;
  /** The alarm that fires now: setting that very instant again would lose it (workerd#6866). */
  #firedAt: EpochMs = epochMs(0);

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#tables = new LaneTables(storage.sql);
    this.#state = new StateDocument(storage);
  }

  get alarmFailures(): number {
    return this.#document()?.alarmFailures ?? 0;
  }

  state(): JsonObject {
    return this.#state.read();
  }

  /**
   * Takes an entry, which keeps the slot or the place that it has already. Starts nobody else: where a
   * higher limit has made room for others as well, the alarm comes for them at once.
   *
   * @returns Whether the entry holds a slot.
   */
  enter(entry: LaneEntry, limit: number | null, turn: Turn): boolean {
    return this.#change(turn.now, () => {
      this.#setLimit(limit);
      if (this.#tables.holds(entry)) return true;
      // An enter that was overtaken by the end of its own attempt: nobody waits for its answer.
      if (entry.isStateful && this.#state.hasApplied(entry)) return false;

      return this.#tables.isInLine(entry)
        ? this.#startFromLine(entry, turn)
        : this.#startOrLineUp(entry, turn);
    });
  }

  /**
   * Gives back a slot, with what its attempt changes in the state, or a place in the line.
   *
   * @returns Who starts now, durably: they are still to be told.
   */
  leave(ref: SlotRef, updates: StateUpdates | null, turn: Turn): readonly SlotRef[] {
    if (!this.#isMade()) return [];
    return this.#change(turn.now, () => {
      const wasHeld = this.#tables.free(ref);
      if (!wasHeld) this.#tables.leaveLine(ref);
      if (wasHeld && updates !== null) this.#state.apply(ref, updates);
      return this.#startAll(turn);
    });
  }

  /**
   * What the alarm finds. Leases that have run out are renewed before anybody is asked about them, so
   * that a question or an answer that gets lost costs one lease more.
   *
   * @returns Whom to ask, and who starts now: both at most `STARTS_MAX`, the rest in the next pass.
   */
  pass(turn: Turn): { readonly expired: readonly SlotRef[]; readonly started: readonly SlotRef[] } {
    if (!this.#isMade()) return { expired: [], started: [] };
    return this.#change(turn.now, () => {
      this.#write({ alarmFailures: 0 });
      const expired = this.#tables.expired(turn.now, STARTS_MAX);
      for (const ref of expired) this.#tables.lease(ref, turn.leaseExpiresAt);
      return { expired, started: this.#startAll(turn) };
    });
  }

  /** Has the alarm ask about a slot at `at`, if it is still held. */
  askAt(ref: SlotRef, at: EpochMs, now: EpochMs): void {
    this.#change(now, () => this.#tables.lease(ref, at));
  }

  /** Records that an alarm pass failed, and when to try again. */
  postpone(alarmFailures: number, until: EpochMs, now: EpochMs): void {
    this.#storage.transactionSync(() => {
      this.#write({ alarmFailures });
      this.#arm(until, now);
    });
  }

  /** Learns what the alarm is set to, and sets it where it got lost. Writes nothing where it did not. */
  async recover(now: EpochMs): Promise<void> {
    const armedAt = await this.#storage.getAlarm();
    this.#armedAt = armedAt === null ? null : epochMs(armedAt);
    if (this.#isMade()) this.#armAsNeeded(now);
  }

  /** The alarm has fired, and with that it is gone. */
  alarmFired(scheduledAt: EpochMs): void {
    this.#armedAt = null;
    this.#firedAt = scheduledAt;
  }

  /** One transaction, its alarm in it: both or, when anything throws, neither. */
  #change<Answer>(now: EpochMs, change: () => Answer): Answer {
    try {
      return this.#storage.transactionSync(() => {
        const answer = change();
        this.#armAsNeeded(now);
        return answer;
      });
    } catch (cause) {
      this.#armedAt = null;
      throw cause;
    }
  }

  #startFromLine(entry: LaneEntry, { leaseExpiresAt }: Turn): boolean {
    if (!startsOf(this.#view()).some((start) => isSame(start, entry))) return false;
    this.#tables.leaveLine(entry);
    this.#tables.start(entry, leaseExpiresAt);
    return true;
  }

  #startOrLineUp(entry: LaneEntry, { leaseExpiresAt }: Turn): boolean {
    const starts = startsOf(withNewcomer(this.#view(), entry));
    const isStarted = starts.some((start) => isSame(start, entry));
    if (isStarted) this.#tables.start(entry, leaseExpiresAt);
    else this.#tables.lineUp(entry);
    return isStarted;
  }

  #startAll({ leaseExpiresAt }: Turn): readonly SlotRef[] {
    const starts = startsOf(this.#view());
    for (const entry of starts) {
      this.#tables.leaveLine(entry);
      this.#tables.start(entry, leaseExpiresAt);
    }
    return starts;
  }

  #view(): LaneView {
    return this.#tables.view(this.#document()?.limit ?? null);
  }

  #setLimit(limit: number | null): void {
    invariant(
      limit === null || limit >= 1,
      `Cannot run a lane as its limit must be >= 1: current value is ${limit}`,
    );
    if (!this.#isMade()) this.#tables.create();
    this.#write({ limit });
  }

  /** Whether anybody ever came. Looking at a lane that is not used writes nothing. */
  #isMade(): boolean {
    return this.#document() !== undefined;
  }

  #document(): StoredLane | undefined {
    return this.#storage.kv.get<StoredLane>(DOCUMENT);
  }

  /** Writes the lane's document, where that changes it. */
  #write(over: Partial<StoredLane>): void {
    const before = this.#document();
    const { limit, alarmFailures } = { limit: null, alarmFailures: 0, ...before, ...over };
    if (before?.limit === limit && before.alarmFailures === alarmFailures) return;
    this.#storage.kv.put(DOCUMENT, { v: 1, limit, alarmFailures } satisfies StoredLane);
  }

  #armAsNeeded(now: EpochMs): void {
    const at = laneWakeAt(this.#view(), now);
    if (at !== null) this.#arm(at, now);
  }

  /**
   * The only caller of `setAlarm`. Never for "now", never for the instant that fires at present.
   *
   * An alarm that comes earlier than needed is left as it is: it finds nothing to do and sets the next,
   * once a lease, where moving it would cost a row with every slot that is given back. One that is more
   * than 5 s overdue will never fire (docs#18324).
   */
  #arm(at: EpochMs, now: EpochMs): void {
    const instant = latest(at, epochMs(latest(now, this.#firedAt) + 1));
    if (this.#armedAt !== null && this.#armedAt <= instant && this.#armedAt > now - 5000) return;
    // Not awaited: it belongs to the transaction, and the output gate holds every answer back until
    // the transaction is on disk. If it cannot be written, the platform resets the object.
    void this.#storage.setAlarm(instant);
    this.#armedAt = instant;
  }
}

function isSame(left: SlotRef, right: SlotRef): boolean {
  return left.job === right.job && left.step === right.step && left.attempt === right.attempt;
}
