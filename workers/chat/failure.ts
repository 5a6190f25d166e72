import { RETRY_AFTER_MS_MAX } from "../../src/core/plugin/response.ts";
import { readRetryAfter } from "../../src/core/plugin/retry-after.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/lang/json.ts";
import { epochMs } from "../../src/lang/time.ts";
import { PluginError } from "../../src/sdk/plugin-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { withoutKey } from "./without-key.ts";

/** As much of an endpoint's own words as a message repeats: a sentence or two say what is wrong. */
const QUOTED_LENGTH_MAX = 500;

/** What an endpoint answered with, in place of a completion. */
type Refused = {
  /** HTTP's; `null` where the answer had begun well. */
  readonly status: number | null;
  /** The endpoint's own words; empty where it said nothing. */
  readonly words: string;
  /** How long it asks to be left alone; 0 = it asks for nothing. */
  readonly retryAfterMs: number;
};

/** The failure that a status stands for. */
export function refusedBy(
  endpoint: Endpoint,
  { status, words, retryAfterMs }: Refused,
): PluginError {
  const { code, retry, what, hint } = kindOf(status, endpoint);
  const inBrackets = status === null ? "" : ` (${status})`;
  const message = `${endpoint.host} ${what}${inBrackets}${hint}${saidBy(endpoint, words)}`;
  return new PluginError(code, message, { retry, retryAfterMs });
}

function kindOf(status: number | null, endpoint: Endpoint) {
  const { key, model } = endpoint;
  switch (status) {
    case 401:
    case 403:
      return {
        code: "chat_unauthorized",
        retry: false,
        what: key === null ? "asks for a key" : "does not accept the key",
        hint: `: ${key === null ? "set" : "check"} CHAT_API_KEY`,
      };
    case 404:
      return {
        code: "chat_not_found",
        retry: false,
        what: `has no model '${quoted(endpoint, model)}', or no chat completions at this path`,
        hint: ": check CHAT_MODEL, and CHAT_BASE_URL, which ends before /chat/completions",
      };
    case 429:
      return { code: "chat_rate_limited", retry: true, what: "takes no more for now", hint: "" };
    default:
      return status !== null && status < 500
        ? { code: "chat_refused", retry: false, what: "refuses the request", hint: "" }
        : { code: "chat_unavailable", retry: true, what: "cannot answer for now", hint: "" };
  }
}

/** An `error` where a completion should be. Some give it the status that it would have had. */
export function refusedWithin(endpoint: Endpoint, body: JsonObject): PluginError {
  const { error = null } = body;
  const code = isJsonObject(error) ? (error["code"] ?? error["status"]) : null;
  const isStatus = typeof code === "number" && code >= 400 && code < 600;
  const status = isStatus ? code : null;
  return refusedBy(endpoint, { status, words: wordsIn(body), retryAfterMs: 0 });
}

export function redirected({ host }: Endpoint, status: number): PluginError {
  const hint = "set CHAT_BASE_URL to where it leads. It is not followed: the key would go along";
  const message = `${host} redirects to another place (${status}): ${hint}`;
  return new PluginError("chat_redirected", message, { retry: false });
}

/** @param cause What `fetch` or a read threw. */
export function unreachable(endpoint: Endpoint, cause: unknown): PluginError {
  const why = cause instanceof Error ? `${cause.message}${codeOf(cause.cause)}` : String(cause);
  const hint = "check CHAT_BASE_URL, and that something answers there";
  const what = `The connection to ${endpoint.host} cannot be made, or broke (${quoted(endpoint, why)})`;
  const message = `${what}: ${hint}`;
  return new PluginError("chat_unreachable", message, { cause });
}

export function silent({ host }: Endpoint, silenceMs: number): PluginError {
  return new PluginError("chat_silent", `${host} has sent nothing for ${silenceMs / 1000} s`);
}

export function brokenOff({ host }: Endpoint): PluginError {
  return new PluginError("chat_broken_off", `${host} ended its answer before it said the end`);
}

export function badAnswer({ host }: Endpoint, why: string, cause?: unknown): PluginError {
  const message = `${host} does not answer as a chat completion does: ${why}`;
  return new PluginError("chat_bad_answer", message, { cause });
}

export function tooLong({ host }: Endpoint, what: string): PluginError {
  const message = `${host} answered with ${what}: ask for less, with max_tokens`;
  return new PluginError("chat_too_long", message, { retry: false });
}

/** @param finishReason Why the endpoint stopped, as it says. */
export function empty(endpoint: Endpoint, finishReason: string | null): PluginError {
  const why = finishReason === null ? "" : ` (finish_reason: ${quoted(endpoint, finishReason)})`;
  const message = `${endpoint.host} completed with neither words nor tool calls${why}`;
  return new PluginError("chat_empty", message);
}

/** What an endpoint says for people: each kind of server has its own place for it. */
export function wordsIn(body: Json): string {
  if (!isJsonObject(body)) return "";
  const { error = null, message = null, detail = null } = body;
  const words = [isJsonObject(error) ? error["message"] : error, message, detail];
  return words.find((word) => typeof word === "string") ?? "";
}

/** The rest that an endpoint asks for: exact in `retry-after-ms`, for everyone in `Retry-After`. */
export function retryAfterMsIn(headers: Headers): number {
  const exact = headers.get("retry-after-ms")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(exact)) return Math.min(Math.ceil(Number(exact)), RETRY_AFTER_MS_MAX);
  const { retryAfterMs } = readRetryAfter(headers.get("retry-after"), epochMs(Date.now()));
  return retryAfterMs ?? 0;
}

function saidBy(endpoint: Endpoint, words: string): string {
  const said = quoted(endpoint, words);
  return said === "" ? "" : `. It says: ${said}`;
}

/** Cut once the key is out: half a key would not be found. */
function quoted({ key }: Endpoint, words: string): string {
  const clean = withoutKey(words.trim(), key);
  return clean.length > QUOTED_LENGTH_MAX ? `${clean.slice(0, QUOTED_LENGTH_MAX)}…` : clean;
}

/** Node names the reason beside its message: ECONNREFUSED. */
function codeOf(cause: unknown): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? `: ${code}` : "";
}
