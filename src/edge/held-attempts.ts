import type { AttemptToken } from "../core/job/step.ts";
import type { EpochMs } from "../lang/time.ts";

/**
 * The attempts that this object runs itself, in its memory. It is all that a job's object knows beyond
 * its storage: what is not in here after a crash or an eviction, was lost with it.
 */
export class HeldAttempts {
  readonly #running = new Map<AttemptToken, Promise<void>>();

  /** Holds the attempt until `run` has ended, whichever way. */
  hold(token: AttemptToken, run: Promise<void>): Promise<void> {
    const held = run.finally(() => this.#running.delete(token));
    this.#running.set(token, held);
    return held;
  }

  tokens(): readonly AttemptToken[] {
    return [...this.#running.keys()];
  }

  /** Resolves when an attempt ends, at `until`, or at once where none is held. */
  async oneEnded(until: EpochMs, now: EpochMs): Promise<void> {
    if (this.#running.size === 0 || until <= now) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, until - now);
    await Promise.race([...this.#running.values(), patience.promise]);
    clearTimeout(timer);
  }
}
