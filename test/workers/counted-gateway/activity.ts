import { count } from "./counts.ts";

let underway = 0;

/** How many calls and promises keep objects active at this moment. */
export function underwayNow(): number {
  return underway;
}

/**
 * How long one object is active: from the first call or promise that keeps it to the end of the last.
 * In whole milliseconds, by the platform's clock, which stands still while code runs.
 */
export class Activity {
  readonly #name: string;
  #depth = 0;
  #since = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts a piece of work until it has ended, and returns what it returns. */
  during<Value>(work: () => Value): Value {
    this.#enter();
    let answer: Value;
    try {
      answer = work();
    } catch (cause) {
      this.#leave();
      throw cause;
    }
    if (answer instanceof Promise) {
      const leave = () => this.#leave();
      answer.then(leave, leave);
    } else {
      this.#leave();
    }
    return answer;
  }

  #enter(): void {
    underway += 1;
    this.#depth += 1;
    if (this.#depth === 1) this.#since = Date.now();
  }

  #leave(): void {
    underway -= 1;
    this.#depth -= 1;
    if (this.#depth === 0) count(`${this.#name}.active_ms`, Date.now() - this.#since);
  }
}
