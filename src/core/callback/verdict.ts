import { type DurationMs, durationMs, type EpochMs, hours } from "../../lang/time.ts";
import { readRetryAfter } from "../plugin/retry-after.ts";
import type { RetryPolicy } from "../retry/retry.ts";
import type { DeliveryError } from "./delivery.ts";

/** How an attempt to deliver ended, as whoever made it saw it. */
export type Verdict =
  | { readonly kind: "delivered" }
  /** A part of it was, and the next one follows at once. */
  | { readonly kind: "more" }
  | { readonly kind: "gone" }
  | {
      readonly kind: "failed";
      readonly error: DeliveryError;
      /** Whether trying again can help. */
      readonly retryable: boolean;
      /** What the receiver asked for instead of the backoff; `null` = nothing. At most `REST_MS_MAX`. */
      readonly restMs: DurationMs | null;
    };

/** Attempts are at most this far apart (contract, section 6), whatever a receiver asks for. */
const REST_MS_MAX: DurationMs = hours(1);

/** Contract, section 6. */
export const DELIVERY_RETRY: RetryPolicy = {
  maxAttempts: 8,
  baseMs: durationMs(5000),
  maxMs: REST_MS_MAX,
};

/** What is kept to when a receiver says that it is too much for it. */
const BUSY: readonly number[] = [429, 503];

/** What a receiver's answer means: 2xx is success, and nothing else is. */
export function verdictOf(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | null },
  now: EpochMs,
): Verdict {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone" };
  if (status >= 300 && status < 400) return failedBy("redirect");
  if (!BUSY.includes(status)) return failedBy("http_status");
  const { retryAfterMs } = readRetryAfter(retryAfter, now);
  const restMs = retryAfterMs === null ? null : durationMs(Math.min(retryAfterMs, REST_MS_MAX));
  return { ...failedBy("http_status"), restMs };
}

/** An attempt without an answer that says anything. */
export function failedBy(error: DeliveryError): Extract<Verdict, { readonly kind: "failed" }> {
  return { kind: "failed", error, retryable: !FINAL.includes(error), restMs: null };
}

/** Nothing of the next minutes would change these. */
const FINAL: readonly DeliveryError[] = ["url_not_allowed", "switched_off", "expired"];
