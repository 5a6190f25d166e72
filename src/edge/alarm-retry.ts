import type { RetryPolicy } from "../core/retry/retry.ts";
import { minutes, seconds } from "../lang/time.ts";

/** Rests of an alarm whose pass fails: soon at first, and never so long that a cure goes unnoticed. */
export const ALARM_RETRY: RetryPolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  baseMs: seconds(1),
  maxMs: minutes(5),
};
