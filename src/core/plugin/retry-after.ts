import { httpDate } from "../../lang/http-date.ts";
import { between, type DurationMs, type EpochMs, seconds } from "../../lang/time.ts";
import type { LogLine } from "./outcome.ts";
import { RETRY_AFTER_MS_MAX } from "./response.ts";

export type RetryAfter = {
  /** `null` = no rest is asked for. At most `RETRY_AFTER_MS_MAX`. */
  readonly retryAfterMs: DurationMs | null;
  /** What to tell whoever sent it. */
  readonly logs: readonly LogLine[];
};

/** As much of a faulty header as a log line repeats. */
const QUOTED_LENGTH_MAX = 100;

/**
 * The rest that the header `Retry-After` asks for: whole seconds, or an HTTP-date.
 *
 * @param value The header; `null` where there is none.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function readRetryAfter(value: string | null, now: EpochMs): RetryAfter {
  if (value === null) return { retryAfterMs: null, logs: [] };
  const quoted = value.slice(0, QUOTED_LENGTH_MAX);
  const restMs = restOf(value.trim(), now);
  if (restMs === null) {
    const message = `Retry-After was ignored: it must be seconds or an HTTP-date, found "${quoted}"`;
    return { retryAfterMs: null, logs: [{ level: "warn", message }] };
  }
  if (restMs > RETRY_AFTER_MS_MAX) {
    const message = `Retry-After is "${quoted}": the longest rest is ${RETRY_AFTER_MS_MAX} ms`;
    return { retryAfterMs: RETRY_AFTER_MS_MAX, logs: [{ level: "warn", message }] };
  }
  return { retryAfterMs: restMs > 0 ? restMs : null, logs: [] };
}

/** A date that is over asks for no rest: the two clocks need not agree to the second. */
function restOf(text: string, now: EpochMs): DurationMs | null {
  if (/^\d+$/.test(text)) return seconds(Number(text));
  const at = httpDate(text);
  return at === null ? null : between(now, at);
}
