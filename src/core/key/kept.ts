import { type DurationMs, durationMs, minutes } from "../../lang/time.ts";
import { IDEMPOTENCY_MS } from "./idempotency.ts";

/** Between a look at a key and the submission that follows it, and between the clocks of two objects. */
const MARGIN_MS = minutes(5);

/**
 * How long a job must be kept after its end because an `Idempotency-Key` stands for it. Every trigger
 * with the key submits the job's id again: were the job gone by then, it would be made anew.
 */
export const KEPT_FOR_IDEMPOTENCY_MS: DurationMs = durationMs(IDEMPOTENCY_MS + MARGIN_MS);

/**
 * The same for a `dedupe_key`. A trigger that is given the job in the last moment of `ttlMs` may hold an
 * `Idempotency-Key` as well, which then stands for the job from that moment on.
 */
export function keptForDedupeMs(ttlMs: DurationMs): DurationMs {
  return durationMs(ttlMs + KEPT_FOR_IDEMPOTENCY_MS);
}
