/** What a process waits for: it is given what makes the process go on. */
type Waiting = (goOn: () => void) => void;

/**
 * Something that takes virtual time, as a generator: between two of its waits everything else may happen,
 * and one whose life is over never goes on. Generators and not promises, so that the order in which things
 * happen is the order of the one event heap and nothing else.
 */
export type Process<Result = void> = Generator<Waiting, Result, void>;

/** What dies together: the memory of an object, a consumer, the whole server. */
export class Life {
  readonly #whole: Life | null;
  #isEnded = false;

  /** @param whole What it is a part of; `null` = of nothing that ever ends. */
  constructor(whole: Life | null = null) {
    this.#whole = whole;
  }

  get isOver(): boolean {
    return this.#isEnded || (this.#whole?.isOver ?? false);
  }

  end(): void {
    this.#isEnded = true;
  }
}

/** Something that is said at most once: the first word counts. */
export class Once<Value> {
  #said: { readonly value: Value } | null = null;
  readonly #listeners: ((value: Value) => void)[] = [];

  get isSaid(): boolean {
    return this.#said !== null;
  }

  say(value: Value): void {
    if (this.#said !== null) return;
    this.#said = { value };
    for (const listener of this.#listeners.splice(0)) listener(value);
  }

  /** Calls the listener when it is said, at once where it was said before. */
  hear(listener: (value: Value) => void): void {
    if (this.#said === null) this.#listeners.push(listener);
    else listener(this.#said.value);
  }

  *heard(): Process<Value> {
    if (this.#said === null) yield (goOn) => this.#listeners.push(goOn);
    const said = this.#said;
    if (said === null) throw new Error("Only what was said lets anybody go on");
    return said.value;
  }
}
