import type { AttemptToken } from "../../core/job/step.ts";
import type { EpochMs } from "../../lang/time.ts";

type Held = { readonly ended: Promise<void>; readonly stale: AbortController };

/**
 * The attempts that this object runs itself, in its memory. It is all that a job's object knows beyond
 * its storage: what is not in here after a crash or an eviction, was lost with it.
 */
export class HeldAttempts {
  readonly #running = new Map<AttemptToken, Held>();

  /** Holds the attempt until `run` has ended, whichever way. Its signal says that nobody wants it now. */
  hold(token: AttemptToken, run: (stale: AbortSignal) => Promise<void>): Promise<void> {
    const stale = new AbortController();
    const ended = run(stale.signal).finally(() => this.#running.delete(token));
    this.#running.set(token, { ended, stale });
    return ended;
  }

  /** Gives an attempt up; it ends soon after. */
  abort(token: AttemptToken): void {
    this.#running.get(token)?.stale.abort();
  }

  tokens(): readonly AttemptToken[] {
    return [...this.#running.keys()];
  }

  /** Resolves when an attempt ends, at `until`, or at once where none is held. */
  async oneEnded(until: EpochMs, now: EpochMs): Promise<void> {
    if (this.#running.size === 0 || until <= now) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, until - now);
    const ends = [...this.#running.values()].map(({ ended }) => ended);
    await Promise.race([...ends, patience.promise]);
    clearTimeout(timer);
  }
}
