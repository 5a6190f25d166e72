import { invariant } from "../../lang/invariant.ts";
import { type DurationMs, days, durationMs, hours, seconds } from "../../lang/time.ts";

/** The most attempts there are (contract, section 2). */
export const ATTEMPTS_MAX = 20;

/** A day is the longest rest that still helps anybody. */
export const REST_MS_MAX: DurationMs = days(1);

/** How often a step is tried, and how long it rests in between. */
export type RetryPolicy = {
  /** Attempts in all, the first included: 1 to `ATTEMPTS_MAX`. */
  readonly maxAttempts: number;
  readonly baseMs: DurationMs;
  readonly maxMs: DurationMs;
};

/** For a command that declares no policy (plugin protocol, section Retry). */
export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 4, baseMs: seconds(30), maxMs: hours(1) };

/** For a waited trigger of such a command: a retry must fit into the caller's patience. */
export const INTERACTIVE_RETRY: RetryPolicy = {
  maxAttempts: 3,
  baseMs: seconds(1),
  maxMs: hours(1),
};

/**
 * How long to wait after attempt `attempt` failed: a doubling delay plus up to one base of jitter.
 *
 * @param attempt The attempt that failed, from 1.
 * @param jitter Uniform in [0, 1).
 * @returns Milliseconds in [`baseMs`, `maxMs`], or `maxMs` where the base is already above it.
 * @throws {InvariantError} when `attempt` is below 1 or `jitter` is outside [0, 1).
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, jitter: number): DurationMs {
  invariant(
    attempt >= 1,
    `Cannot compute a retry delay as attempt must be >= 1: current value is ${attempt}`,
  );
  invariant(
    jitter >= 0 && jitter < 1,
    `Cannot compute a retry delay as jitter must be in [0, 1): current value is ${jitter}`,
  );
  const delayMs = policy.baseMs * 2 ** (attempt - 1) + Math.floor(jitter * policy.baseMs);
  return durationMs(Math.min(delayMs, policy.maxMs));
}
