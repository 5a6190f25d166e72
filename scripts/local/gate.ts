/** One who is inside, or waits to be let in. */
export type Visit = {
  /** Goes, from wherever it is. A second time does nothing. */
  readonly leave: () => void;
};

export type GateOptions = {
  /** Inside at once. */
  readonly insideMax: number;
  /** Who stays longer is counted no more. */
  readonly insideMsMax: number;
  /** Waiting at once. */
  readonly waitingMax: number;
};

type Guest = { readonly enter: () => void };

/** Lets so many in at once, and the others one by one, in the order of their coming. */
export class Gate {
  readonly #options: GateOptions;
  readonly #waiting = new Set<Guest>();
  #inside = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * @param entered Is called when there is room: at once, or later. It may leave at once as well.
   * @returns `null` where as many wait as may: then it is never called.
   */
  visit(entered: (visit: Visit) => void): Visit | null {
    const { insideMax, waitingMax } = this.#options;
    let leave = (): void => void this.#waiting.delete(guest);
    const visit: Visit = { leave: () => leave() };
    const guest: Guest = {
      enter: () => {
        leave = this.#takeIn();
        entered(visit);
      },
    };
    if (this.#inside < insideMax) guest.enter();
    else if (this.#waiting.size < waitingMax) this.#waiting.add(guest);
    else return null;
    return visit;
  }

  /** @returns Gives the place back. */
  #takeIn(): () => void {
    this.#inside += 1;
    let isInside = true;
    const leave = () => {
      if (!isInside) return;
      isInside = false;
      clearTimeout(timer);
      this.#inside -= 1;
      this.#letNextIn();
    };
    const timer = setTimeout(leave, this.#options.insideMsMax);
    return leave;
  }

  #letNextIn(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next.enter();
  }
}
