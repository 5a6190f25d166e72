import { type EpochMs, seconds } from "../lang/time.ts";

/** An object that has nothing to do falls asleep after as long. */
const DOZE_MS = seconds(10);
const SECOND_MS = seconds(1);

/** What keeps an object awake. */
type Busy = { readonly since: EpochMs; readonly until: EpochMs };

/**
 * How many objects of an isolate are awake. On one machine each is three open files, of which there are
 * only so many. Nothing says when an object falls asleep, so this is worked out from above: an object
 * counts from its waking until it may doze, and then as long as an attempt keeps it awake.
 */
export class AwakeObjects {
  /** How many woke in each of the last seconds. */
  readonly #woken = new Map<number, number>();
  readonly #busy = new Set<Busy>();

  wake(now: EpochMs): void {
    const second = secondOf(now);
    this.#woken.set(second, (this.#woken.get(second) ?? 0) + 1);
    if (this.#woken.size > DOZE_MS / SECOND_MS) this.#forgetTheDozing(now);
  }

  /**
   * Something keeps an object awake.
   *
   * @param until When that is over at the latest: an object that dies of it says no more.
   * @returns Says that it is over.
   */
  keep(now: EpochMs, until: EpochMs): () => void {
    const busy: Busy = { since: now, until };
    this.#busy.add(busy);
    return () => void this.#busy.delete(busy);
  }

  count(now: EpochMs): number {
    this.#forgetTheDozing(now);
    const woken = [...this.#woken.values()].reduce((sum, each) => sum + each, 0);
    return woken + this.#keptLong(now);
  }

  #forgetTheDozing(now: EpochMs): void {
    for (const second of this.#woken.keys()) {
      if (mayDoze(second, now)) this.#woken.delete(second);
    }
  }

  /** Those that woke so long ago that they are counted nowhere else. */
  #keptLong(now: EpochMs): number {
    let kept = 0;
    for (const busy of this.#busy) {
      if (busy.until <= now) this.#busy.delete(busy);
      else if (mayDoze(secondOf(busy.since), now)) kept += 1;
    }
    return kept;
  }
}

/** Whether what woke in that second may be asleep by now. */
function mayDoze(second: number, now: EpochMs): boolean {
  return second < secondOf(now) - DOZE_MS / SECOND_MS;
}

function secondOf(at: EpochMs): number {
  return Math.floor(at / SECOND_MS);
}

/** Those of this isolate. */
export const awakeObjects = new AwakeObjects();
