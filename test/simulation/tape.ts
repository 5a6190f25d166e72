import { FAULTS, type FaultKind, type FaultOf, type Occasion } from "./faults.ts";

/** Choices are whole numbers below this. */
export const CHOICES = 100;

/**
 * The chance of one run: a list of small numbers, of which every decision takes the next. 0 is always the
 * plainest choice, and never a fault. After its end there are zeros only: from then on the world is fair.
 */
export class Tape {
  readonly #choices: readonly number[];
  readonly #note: (fault: FaultKind) => void;
  #taken = 0;

  /** @param note Hears of every fault that is drawn. */
  constructor(choices: readonly number[], note: (fault: FaultKind) => void) {
    this.#choices = choices;
    this.#note = note;
  }

  get isOver(): boolean {
    return this.#taken >= this.#choices.length;
  }

  /** From now on there are zeros only. */
  end(): void {
    this.#taken = this.#choices.length;
  }

  /** One of `count` choices, from 0. */
  below(count: number): number {
    return this.#next() % count;
  }

  /** One of these; the first is the plainest. */
  of<Item>(first: Item, ...others: readonly Item[]): Item {
    const index = this.below(others.length + 1);
    return index === 0 ? first : (others[index - 1] ?? first);
  }

  /** Uniform in [0, 1), in steps of a hundredth. */
  jitter(): number {
    return this.#next() / CHOICES;
  }

  /**
   * Whether something bad happens on this occasion, and what.
   *
   * @param isPossible What cannot happen now is neither drawn nor counted.
   */
  fault<On extends Occasion>(
    occasion: On,
    isPossible: (kind: FaultOf<On>) => boolean = () => true,
  ): FaultOf<On> | null {
    const drawn = this.#next();
    if (drawn === 0) return null;
    let least = 1;
    for (const [kind, share] of Object.entries(FAULTS[occasion])) {
      if (drawn >= least && drawn < least + share) {
        if (!isPossible(kind as FaultOf<On>)) return null;
        this.#note(kind as FaultKind);
        return kind as FaultOf<On>;
      }
      least += share;
    }
    return null;
  }

  #next(): number {
    if (this.isOver) return 0;
    const choice = this.#choices[this.#taken] ?? 0;
    this.#taken += 1;
    return choice;
  }
}
