import { after, type EpochMs, latest, seconds } from "../lang/time.ts";

/** An object that has nothing to do falls asleep after as long. */
const DOZE_MS = seconds(10);
const SECOND_MS = seconds(1);

/** One object, as long as it is in memory. */
export type AwakeObject = {
  /** Something is asked of it: it does not fall asleep for a while. */
  readonly stir: (now: EpochMs) => void;
  /**
   * Something keeps it awake.
   *
   * @param until When that is over at the latest: an object that dies of it says no more.
   * @returns Says that it is over.
   */
  readonly keep: (now: EpochMs, until: EpochMs) => (now: EpochMs) => void;
};

/**
 * How many jobs and keys of an isolate are awake. On one machine each is three open files, of which there
 * are only so many. Nothing says when an object falls asleep, so this is worked out: each counts from its
 * waking until ten seconds after it was last asked something, or after the last attempt or delivery that
 * it ran itself. One that dies goes on counting until then. Other work of an object that goes on in the
 * background for more than ten seconds is not counted. Nor are lanes, breakers and the switches of
 * endpoints: there are few. Waiters and streams keep no object awake (ADR 0009).
 */
export class AwakeObjects {
  /** How many fall asleep in each second, by what is known now. */
  readonly #asleepIn: Map<number, number>;

  constructor(asleepIn = new Map<number, number>()) {
    this.#asleepIn = asleepIn;
  }

  wake(now: EpochMs): AwakeObject {
    const kept = new Set<{ readonly until: EpochMs }>();
    let second: number | null = null;
    const stir = (at: EpochMs) => {
      const untils = [...kept].map(({ until }) => until);
      const next = secondOf(latest(after(at, DOZE_MS), ...untils));
      if (next === second) return;
      if (second !== null) this.#add(second, -1);
      if (!this.#asleepIn.has(next)) this.#forgetTheSleeping(at);
      this.#add(next, 1);
      second = next;
    };
    const keep = (at: EpochMs, until: EpochMs) => {
      const one = { until };
      kept.add(one);
      stir(at);
      return (overAt: EpochMs) => {
        kept.delete(one);
        stir(overAt);
      };
    };
    stir(now);
    return { stir, keep };
  }

  count(now: EpochMs): number {
    this.#forgetTheSleeping(now);
    return [...this.#asleepIn.values()].reduce((sum, each) => sum + each, 0);
  }

  #add(second: number, count: number): void {
    const before = this.#asleepIn.get(second);
    // It was taken for asleep already.
    if (before === undefined && count < 0) return;
    const now = (before ?? 0) + count;
    if (now === 0) this.#asleepIn.delete(second);
    else this.#asleepIn.set(second, now);
  }

  #forgetTheSleeping(now: EpochMs): void {
    for (const second of this.#asleepIn.keys()) {
      if (second < secondOf(now)) this.#asleepIn.delete(second);
    }
  }
}

function secondOf(at: EpochMs): number {
  return Math.floor(at / SECOND_MS);
}

/** Those of this isolate. */
export const awakeObjects = new AwakeObjects();
