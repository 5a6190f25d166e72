import { isJsonObject } from "../../lang/json.ts";
import { utf8Prefix } from "../../lang/text.ts";
import type { EpochMs } from "../../lang/time.ts";
import { type Failure, failureOf, type Outcome } from "./outcome.ts";
import { EXCERPT_BYTES_MAX, RESPONSE_BYTES_MAX, readResponse } from "./response.ts";
import { readRetryAfter } from "./retry-after.ts";

/** What came back from a plugin over HTTP. */
export type HttpAnswer = {
  readonly status: number;
  /** The header `Retry-After`; `null` where there is none. */
  readonly retryAfter: string | null;
  /** `readable`: at most `RESPONSE_BYTES_MAX` in UTF-8. Else `text` is only what a person can make of it. */
  readonly body: {
    readonly kind: "readable" | "too_large" | "not_utf8";
    readonly text: string;
  };
};

/** Reads what a plugin answered over HTTP. Whatever it is, the attempt ends in a recorded way. */
export function readHttpAnswer(answer: HttpAnswer, now: EpochMs): Outcome {
  const { status, body } = answer;
  if (status >= 200 && status <= 299) {
    return body.kind === "readable" ? readResponse(body.text) : unreadable(answer);
  }
  const byStatus = failureByStatus(answer, now);
  const own = body.kind === "readable" ? ownFailure(body.text) : null;
  return own === null ? byStatus : combined(byStatus, own);
}

function unreadable({ body: { kind, text } }: HttpAnswer): Failure {
  const message =
    kind === "too_large"
      ? `Cannot take an answer of more than ${RESPONSE_BYTES_MAX} bytes`
      : "The answer is not UTF-8";
  return failureOf("protocol_fault", message, { excerpt: excerptOf(text) });
}

/** What the status says where the body says nothing. */
function failureByStatus({ status, retryAfter, body }: HttpAnswer, now: EpochMs): Failure {
  const rest = asksForRest(status)
    ? readRetryAfter(retryAfter, now)
    : { retryAfterMs: null, logs: [] };
  return {
    ...failureOf("plugin_error", messageOf(status)),
    code: `http_${status}`,
    retryable: isRetryable(status),
    ...rest,
    excerpt: body.text === "" ? null : excerptOf(body.text),
  };
}

function messageOf(status: number): string {
  const isRedirect = status >= 300 && status <= 399;
  return isRedirect
    ? `The plugin answered with HTTP ${status}: redirects are not followed`
    : `The plugin answered with HTTP ${status}`;
}

/** "Too many requests" and "unavailable": the two statuses that say when to come back. */
function asksForRest(status: number): boolean {
  return status === 429 || status === 503;
}

/** What a request did wrong, it would do wrong again. */
function isRetryable(status: number): boolean {
  return asksForRest(status) || status < 400 || status > 499;
}

/** The failure that a body in the words of the protocol tells of, or `null` where it tells of none. */
function ownFailure(text: string): Failure | null {
  const outcome = readResponse(text);
  const isError = outcome.kind === "failure" && saysError(text);
  return isError ? outcome : null;
}

function saysError(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && value["status"] === "error";
  } catch {
    // A page for people, for example.
    return false;
  }
}

/**
 * The plugin's own words where they can be used. It is tried again only if both the status and the words
 * allow it: also words that break the protocol may say that it must not be.
 */
function combined(byStatus: Failure, own: Failure): Failure {
  const retryable = byStatus.retryable && own.retryable;
  if (own.reason === "protocol_fault") return { ...byStatus, retryable };
  return {
    ...own,
    retryable,
    retryAfterMs: own.retryAfterMs ?? byStatus.retryAfterMs,
    logs: [...own.logs, ...byStatus.logs],
  };
}

function excerptOf(text: string): string {
  return utf8Prefix(text, EXCERPT_BYTES_MAX);
}
