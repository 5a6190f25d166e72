/** So many requests in each window of time, per key. */
export type Limit = { readonly requests: number; readonly windowMs: number };

/** What one request is told of its bucket. */
export type Taken = {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Until the window is over. */
  readonly resetAfterMs: number;
  /** When the caller was told to wait until later than now; `null` = it was not. */
  readonly earlySince: number | null;
};

type Bucket = { readonly endsAt: number; used: number; told: Told };

type Told = { readonly at: number; readonly until: number };

/** Clocks of two processes, and timers that fire a little soon. */
const EARLY_MS_MAX = 5;

/** Buckets as the channels have them: a window begins with the first request in it. */
export class RateLimit {
  readonly #limit: Limit;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: Limit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  take(key: string): Taken {
    const now = this.#now();
    const bucket = this.#bucketOf(key, now);
    const { told } = bucket;
    const isAllowed = bucket.used < this.#limit.requests;
    if (isAllowed) bucket.used += 1;
    else bucket.told = { at: now, until: bucket.endsAt };
    const remaining = this.#limit.requests - bucket.used;
    const earlySince = now + EARLY_MS_MAX < told.until ? told.at : null;
    return { isAllowed, remaining, resetAfterMs: bucket.endsAt - now, earlySince };
  }

  #bucketOf(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined && now < known.endsAt) return known;
    const told = known?.told ?? { at: 0, until: 0 };
    const fresh = { endsAt: now + this.#limit.windowMs, used: 0, told };
    this.#buckets.set(key, fresh);
    return fresh;
  }
}
