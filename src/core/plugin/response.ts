import {
  hasInfinity,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonDepth,
} from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Length, utf8Prefix } from "../../lang/text.ts";
import { days, durationMs } from "../../lang/time.ts";
import { readArtifacts } from "../artifact/given.ts";
import { readAsked } from "../ask/read-ask.ts";
import type { StateUpdates } from "../lane/state.ts";
import { type Failure, failureOf, type LogLine, type Outcome } from "./outcome.ts";
import { PROTOCOL } from "./request.ts";

/** 1 MiB: a larger answer is a fault, not a truncated result (plugin protocol, section Response). */
export const RESPONSE_BYTES_MAX = 1_048_576;

/** What is kept of an answer that broke the protocol, and of the logs of one attempt: 64 KiB each. */
export const EXCERPT_BYTES_MAX = 65_536;
export const LOG_BYTES_MAX = 65_536;

/** What a line has around its words when it is stored: `{"level":"","message":""},`. */
const LOG_LINE_BYTES = 26;

/** Deeper values pass `JSON.parse` but overflow the stack when they are copied between objects. */
export const JSON_DEPTH_MAX = 64;

/** The longest rest a plugin may ask for. Whoever asks for more gets this, and reads so in the logs. */
export const RETRY_AFTER_MS_MAX = days(1);

/** A code and a message are for people and logs: 200 characters and 4 KiB hold any of them. */
const CODE_LENGTH_MAX = 200;
const MESSAGE_BYTES_MAX = 4096;

/** Parts of the protocol that this version cannot honour; dropping one silently would lose work. */
const LATER_PARTS = ["events"];

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
  return response["status"] === "ok"
    ? readSuccess(response, logs, text)
    : readError(response, logs, text);
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
  const unwritable = unwritableBy(value, bytes);
  if (unwritable !== null) return refuse(fault(unwritable, text));
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

/**
 * What keeps an answer from being stored, which is as JSON of our own writing; `null` = nothing. Numbers
 * may get longer, none more than `1e20` with its comma, and one beyond all numbers becomes `null`.
 */
function unwritableBy(value: JsonObject, bytes: number): string | null {
  if (hasInfinity(value)) return `The answer has a number beyond ${Number.MAX_VALUE}`;
  if (bytes * GROWTH_MAX <= RESPONSE_BYTES_MAX) return null;
  const written = utf8Length(JSON.stringify(value));
  if (written <= RESPONSE_BYTES_MAX) return null;
  const limit = `the limit is ${RESPONSE_BYTES_MAX} bytes`;
  return `Cannot take an answer of ${written} bytes with its numbers written out: ${limit}`;
}

/** How many times as long JSON may become when it is written again. */
const GROWTH_MAX = 5;

function readSuccess(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  const later = LATER_PARTS.find((part) => !isEmpty(response[part]));
  if (later !== undefined) {
    const message = `The plugin answered with '${later}', which this version cannot take yet`;
    return { ...failureOf("plugin_error", message), code: "not_supported_yet", retryable: false };
  }
  if (!isEmpty(response["wait"])) {
    const asked = readAsked(response, logs);
    return asked.ok ? asked.value : fault(asked.reason, text);
  }
  if (!isNothing(response["accepted"]) && response["accepted"] !== false) {
    return readAccepted(response, logs, text);
  }
  return readResult(response, logs, text);
}

function readResult(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  const { text: words, output } = response;
  if (isNothing(words) && isNothing(output)) {
    return fault("The answer is ok but has neither text nor output", text);
  }
  if (!isNothing(words) && typeof words !== "string") {
    return fault("The answer's text must be a string", text);
  }
  const state = readStateUpdates(response);
  if (!state.ok) return fault(state.reason, text);
  const artifacts = readArtifacts(response["artifacts"]);
  if (!artifacts.ok) {
    const [{ path, message }] = artifacts.reason;
    return fault(`The answer's ${path}: ${message}`, text);
  }
  const result = { text: words ?? null, output: output ?? null };
  return {
    kind: "success",
    result,
    stateUpdates: state.value,
    artifacts: artifacts.value,
    logs,
  };
}

/** Taken on for later. A result at once and a promise of one contradict each other. */
function readAccepted(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  if (response["accepted"] !== true)
    return fault("The answer's accepted must be true or false", text);
  const early = ["text", "output", "state_updates", "artifacts"].find((part) =>
    // An empty list of artifacts gives nothing early; an empty output is a result like any other.
    part === "artifacts" ? !isEmpty(response[part]) : !isNothing(response[part]),
  );
  return early === undefined
    ? { kind: "accepted", logs }
    : fault(`The answer has both accepted and ${early}: ${early} comes when it is completed`, text);
}

function readStateUpdates({
  state_updates: updates,
  state_replace: replace = false,
}: JsonObject): Result<StateUpdates | null, string> {
  if (typeof replace !== "boolean") {
    return refuse("The answer's state_replace must be true or false");
  }
  if (isNothing(updates)) return ok(replace ? { updates: {}, replace } : null);
  if (!isJsonObject(updates)) return refuse("The answer's state_updates must be an object");
  return ok(!replace && isEmpty(updates) ? null : { updates, replace });
}

function readError(response: JsonObject, logs: readonly LogLine[], text: string): Outcome {
  const { retry = true, error = null } = response;
  const about = isJsonObject(error) ? error : {};
  const code = wordsOr(about["code"], "plugin_error").slice(0, CODE_LENGTH_MAX);
  const isConfig = code === "EX_CONFIG";
  const broken = brokenPart(response);
  if (broken !== null) {
    // Whatever else is wrong with it, a plugin that says so must not be called again.
    return { ...fault(broken, text), retryable: retry !== false && !isConfig, logs };
  }
  const message = wordsOr(about["message"], "The plugin reported an error without a message");
  const rest = readRest(response["retry_after_ms"]);
  return {
    kind: "failure",
    reason: failureReason(isConfig, retry !== false),
    code,
    message: utf8Prefix(message, MESSAGE_BYTES_MAX),
    retryable: retry !== false && !isConfig,
    retryAfterMs: rest.retryAfterMs,
    logs: [...logs, ...rest.logs],
    excerpt: null,
  };
}

/** What of an error's parts breaks the protocol, in a sentence; `null` = nothing. */
function brokenPart({
  error = {},
  retry = true,
  retry_after_ms: rest = 0,
}: JsonObject): string | null {
  if (error !== null && !isJsonObject(error)) return "The answer's error must be an object";
  if (typeof retry !== "boolean") return "The answer's retry must be true or false";
  if (typeof rest !== "number" || rest < 0) {
    return "The answer's retry_after_ms must be a number from 0";
  }
  return null;
}

/** The rest that a plugin asks for, and what to tell its author about it. */
function readRest(value: Json | undefined): Pick<Failure, "retryAfterMs" | "logs"> {
  const asked = Number(value ?? 0);
  if (asked <= RETRY_AFTER_MS_MAX) {
    return { retryAfterMs: asked > 0 ? durationMs(asked) : null, logs: [] };
  }
  const message = `retry_after_ms is ${asked}: the longest rest is ${RETRY_AFTER_MS_MAX}`;
  return { retryAfterMs: RETRY_AFTER_MS_MAX, logs: [warning(message)] };
}

function failureReason(isConfig: boolean, retry: boolean): Failure["reason"] {
  if (isConfig) return "ex_config";
  return retry ? "plugin_error" : "retry_false";
}

/**
 * Logs up to `LOG_BYTES_MAX`. Logs never cost the work that they tell of: what is no log line, and what
 * does not fit, is counted in a last line instead.
 */
function readLogs(value: Json | undefined): readonly LogLine[] {
  if (isNothing(value)) return [];
  if (!Array.isArray(value))
    return [warning("The answer's logs were left out: they must be an array")];

  const given = value as readonly Json[];
  const lines = given.filter(isLogLine);
  const kept = fittingLogs(lines);
  const notLines = given.length - lines.length;
  const tooMany = lines.length - kept.length;
  return [
    ...kept,
    ...(notLines === 0
      ? []
      : [warning(`${notLines} log lines left out: each must have level and message`)]),
    ...(tooMany === 0
      ? []
      : [warning(`${tooMany} log lines left out: an attempt keeps ${LOG_BYTES_MAX} bytes`)]),
  ];
}

/** The first of the lines, as many as an attempt keeps. */
export function fittingLogs(lines: readonly LogLine[]): readonly LogLine[] {
  let bytes = 0;
  const end = lines.findIndex(({ level, message }) => {
    bytes += utf8Length(level) + utf8Length(message) + LOG_LINE_BYTES;
    return bytes > LOG_BYTES_MAX;
  });
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map(({ level, message }) => ({ level, message }));
}

function warning(message: string): LogLine {
  return { level: "warn", message };
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

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Absent, or a way to write "nothing": an empty list or object promises nothing that could be lost. */
function isEmpty(value: Json | undefined): boolean {
  if (isNothing(value) || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
