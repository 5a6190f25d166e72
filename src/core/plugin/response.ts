import { isJsonObject, type Json, type JsonObject, jsonDepth } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Length, utf8Prefix } from "../../lang/text.ts";
import { days, durationMs } from "../../lang/time.ts";
import { type Failure, failureOf, type LogLine, type Outcome } from "./outcome.ts";
import { PROTOCOL } from "./request.ts";

/** 1 MiB: a larger answer is a fault, not a truncated result (plugin protocol, section Response). */
export const RESPONSE_BYTES_MAX = 1_048_576;

/** What is kept of an answer that broke the protocol, and of the logs of one attempt: 64 KiB each. */
export const EXCERPT_BYTES_MAX = 65_536;
export const LOG_BYTES_MAX = 65_536;

/** Deeper values pass `JSON.parse` but overflow the stack when they are copied between objects. */
export const JSON_DEPTH_MAX = 64;

/** The longest rest a plugin may ask for. Longer is a fault rather than a silently shorter rest. */
const RETRY_AFTER_MS_MAX = days(1);

/** A code and a message are for people and logs: 200 characters and 4 KiB hold any of them. */
const CODE_LENGTH_MAX = 200;
const MESSAGE_BYTES_MAX = 4096;

/** Parts of the protocol that this version cannot honour; dropping one silently would lose work. */
const LATER_PARTS = ["wait", "accepted", "events", "state_updates", "artifacts"];

/**
 * Reads what a plugin answered. Whatever it is, the attempt ends in a recorded way.
 *
 * @param text The answer as JSON text; for a binding, the returned value made into JSON.
 */
export function readResponse(text: string): Outcome {
  const envelope = readEnvelope(text);
  if (!envelope.ok) return envelope.reason;

  const response = envelope.value;
  const logs = readLogs(response["logs"]);
  if (!logs.ok) return fault(logs.reason, text);
  return response["status"] === "ok"
    ? readSuccess(response, logs.value, text)
    : readError(response, logs.value, text);
}

/** What every answer must be: small enough, an object, of this protocol, with a known status. */
function readEnvelope(text: string): Result<JsonObject, Failure> {
  const bytes = utf8Length(text);
  if (bytes > RESPONSE_BYTES_MAX) {
    const limit = `the limit is ${RESPONSE_BYTES_MAX} bytes`;
    return refuse(fault(`Cannot take an answer of ${bytes} bytes: ${limit}`, text));
  }
  if (jsonDepth(text) > JSON_DEPTH_MAX) {
    return refuse(fault(`Cannot take an answer nested deeper than ${JSON_DEPTH_MAX} levels`, text));
  }
  const value = parseJson(text);
  if (!isJsonObject(value)) return refuse(fault("The answer is not a JSON object", text));
  if (value["protocol"] === undefined) {
    return refuse(fault(`The answer does not name its protocol: expected ${PROTOCOL}`, text));
  }
  if (value["protocol"] !== PROTOCOL) {
    const found = JSON.stringify(value["protocol"]);
    const message = `The plugin speaks another protocol: expected ${PROTOCOL}, found ${found}`;
    return refuse({ ...fault(message, text), retryable: false });
  }
  if (value["status"] !== "ok" && value["status"] !== "error") {
    const found = JSON.stringify(value["status"]) ?? "nothing";
    return refuse(fault(`The answer's status must be "ok" or "error": found ${found}`, text));
  }
  return ok(value);
}

function readSuccess(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  const later = LATER_PARTS.find((part) => !isEmpty(response[part]));
  if (later !== undefined) {
    const message = `The plugin answered with '${later}', which this version cannot take yet`;
    return { ...failureOf("plugin_error", message), code: "not_supported_yet", retryable: false };
  }
  const { text: words, output } = response;
  if (words === undefined && output === undefined) {
    return fault("The answer is ok but has neither text nor output", text);
  }
  if (words !== undefined && words !== null && typeof words !== "string") {
    return fault("The answer's text must be a string", text);
  }
  return { kind: "success", result: { text: words ?? null, output: output ?? null }, logs };
}

function readError(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  const error = response["error"] ?? {};
  const { retry = true, retry_after_ms: retryAfterMs = 0 } = response;
  if (!isJsonObject(error)) return fault("The answer's error must be an object", text);
  if (typeof retry !== "boolean") return fault("The answer's retry must be true or false", text);
  if (typeof retryAfterMs !== "number" || retryAfterMs < 0 || retryAfterMs > RETRY_AFTER_MS_MAX) {
    return fault(
      `The answer's retry_after_ms must be a number from 0 to ${RETRY_AFTER_MS_MAX}`,
      text,
    );
  }
  const code = wordsOr(error["code"], "plugin_error").slice(0, CODE_LENGTH_MAX);
  const message = wordsOr(error["message"], "The plugin reported an error without a message");
  const isConfig = code === "EX_CONFIG";
  return {
    kind: "failure",
    reason: failureReason(isConfig, retry),
    code,
    message: utf8Prefix(message, MESSAGE_BYTES_MAX),
    retryable: retry && !isConfig,
    retryAfterMs: retryAfterMs > 0 ? durationMs(retryAfterMs) : null,
    logs,
    excerpt: null,
  };
}

function failureReason(isConfig: boolean, retry: boolean): Failure["reason"] {
  if (isConfig) return "ex_config";
  return retry ? "plugin_error" : "retry_false";
}

/** Logs up to `LOG_BYTES_MAX`; what does not fit is counted in a last line, never dropped silently. */
function readLogs(value: Json | undefined): Result<readonly LogLine[], string> {
  if (value === undefined || value === null) return ok([]);
  if (!Array.isArray(value)) return refuse("The answer's logs must be an array");

  const kept: LogLine[] = [];
  let bytes = 0;
  for (const [index, line] of (value as readonly Json[]).entries()) {
    if (!isLogLine(line)) return refuse(`The answer's logs[${index}] must have level and message`);
    bytes += utf8Length(line.level) + utf8Length(line.message);
    if (bytes > LOG_BYTES_MAX) {
      const leftOut = value.length - index;
      const message = `${leftOut} log lines left out: an attempt keeps ${LOG_BYTES_MAX} bytes`;
      return ok([...kept, { level: "warn", message }]);
    }
    kept.push({ level: line.level, message: line.message });
  }
  return ok(kept);
}

function isLogLine(value: Json): value is { readonly level: string; readonly message: string } {
  return (
    isJsonObject(value) &&
    typeof value["level"] === "string" &&
    typeof value["message"] === "string"
  );
}

function fault(message: string, text: string): Failure {
  return failureOf("protocol_fault", message, { excerpt: utf8Prefix(text, EXCERPT_BYTES_MAX) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: `undefined` is no JSON value, so the caller reports it as not an object.
    return undefined;
  }
}

function wordsOr(value: Json | undefined, fallback: string): string {
  return typeof value === "string" && value !== "" ? value : fallback;
}

/** Absent, or a way to write "nothing": an empty list or object promises nothing that could be lost. */
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
