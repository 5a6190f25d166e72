import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Length } from "../../lang/text.ts";
import { type DurationMs, durationMs } from "../../lang/time.ts";
import { type Asked, type Failure, failureOf, type LogLine } from "../plugin/outcome.ts";
import { faultsInSchema } from "../plugin/schema-check.ts";
import {
  ASK_BYTES_MAX,
  ASK_MS_DEFAULT,
  ASK_MS_MAX,
  type Ask,
  type OnTimeout,
  type ResumeAction,
} from "./ask.ts";
import { optionsOf } from "./options.ts";

/**
 * Reads an answer that has `wait` in place of a result.
 *
 * @returns What it asks, or why this version cannot ask it; what breaks the protocol is refused, in a sentence.
 */
export function readAsked(
  response: JsonObject,
  logs: readonly LogLine[],
): Result<Asked | Failure, string> {
  const { wait } = response;
  if (!isJsonObject(wait)) return refuse("The answer's wait must be an object");
  const { for: cause } = wait;
  if (typeof cause !== "string") return refuse('The answer\'s wait.for must be "input"');
  if (cause !== "input") return ok({ ...notYet(cause), logs });
  const early = partBeside(response);
  if (early !== null) {
    return refuse(
      `The answer has both wait and ${early}: the job goes on once somebody has answered`,
    );
  }
  const ask = readAsk(wait);
  return ask.ok
    ? ok({ kind: "asked", ask: ask.value, logs })
    : refuse(`The answer's ${ask.reason}`);
}

function notYet(cause: string): Failure {
  const message = `The plugin waits for '${cause.slice(0, CAUSE_LENGTH_MAX)}', which this version cannot do yet`;
  return failureOf("plugin_error", message, { code: "not_supported_yet", retryable: false });
}

/** It is shown to people. */
const CAUSE_LENGTH_MAX = 100;

/** A question and a result contradict each other; the name of what there is of one, or `null`. */
function partBeside(response: JsonObject): string | null {
  const parts = ["text", "output", "accepted", "state_updates", "state_replace", "artifacts"];
  return parts.find((part) => isGiven(part, response[part])) ?? null;
}

function isGiven(part: string, value: Json | undefined): boolean {
  if (isNothing(value)) return false;
  switch (part) {
    case "text":
    case "output":
      // An empty one is a result like any other.
      return true;
    default:
      return value !== false && !(typeof value === "object" && Object.keys(value).length === 0);
  }
}

function readAsk(wait: JsonObject): Result<Ask, string> {
  const view = wait["view"] ?? {};
  if (!isJsonObject(view)) return refuse("wait.view must be an object");
  const schema = readSchema(wait["schema"] ?? {}, view);
  if (!schema.ok) return schema;
  const timeoutMs = readTimeoutMs(wait["timeout_ms"]);
  if (!timeoutMs.ok) return timeoutMs;
  const onTimeout = readOnTimeout(wait["on_timeout"] ?? "fail");
  if (!onTimeout.ok) return onTimeout;
  const ask = {
    view,
    schema: schema.value,
    timeoutMs: timeoutMs.value,
    onTimeout: onTimeout.value,
  };
  const bytes = utf8Length(JSON.stringify(ask));
  if (bytes <= ASK_BYTES_MAX) return ok(ask);
  return refuse(`wait has ${bytes} bytes of view, schema and values: at most ${ASK_BYTES_MAX}`);
}

/** What is asked by its options alone needs no schema of its own. */
function readSchema(schema: Json, view: JsonObject): Result<JsonObject, string> {
  if (!isJsonObject(schema)) return refuse("wait.schema must be an object");
  if (Object.keys(schema).length === 0) return ok(schemaOfOptions(view));
  const [fault] = faultsInSchema(schema);
  if (fault !== undefined) return refuse(`wait.schema.${fault.path}: ${fault.message}`);
  const { type = "object" } = schema;
  const takesObjects = Array.isArray(type) ? type.includes("object") : type === "object";
  return takesObjects
    ? ok(schema)
    : refuse('wait.schema.type: Must be "object": the values of an answer always are one');
}

function schemaOfOptions(view: JsonObject): JsonObject {
  const options = optionsOf(view);
  if (options.length === 0) return {};
  const ids = options.map(({ id }) => id);
  return { type: "object", properties: { choice: { enum: ids } }, required: ["choice"] };
}

function readTimeoutMs(value: Json | undefined): Result<DurationMs, string> {
  if (isNothing(value) || value === 0) return ok(ASK_MS_DEFAULT);
  if (typeof value !== "number" || value < 0)
    return refuse("wait.timeout_ms must be a number from 0");
  return value <= ASK_MS_MAX
    ? ok(durationMs(Math.ceil(value)))
    : refuse(`wait.timeout_ms is ${value}: at most ${ASK_MS_MAX}`);
}

function readOnTimeout(value: Json): Result<OnTimeout, string> {
  if (value === "fail") return ok({ kind: "fail" });
  const { action, values = {} } = isJsonObject(value) ? value : { action: value };
  if (!isAction(action)) return refuse(ON_TIMEOUT_FAULT);
  if (!isJsonObject(values)) return refuse("wait.on_timeout.values must be an object");
  return ok({ kind: "resume", action, values });
}

const ON_TIMEOUT_FAULT =
  'wait.on_timeout must be "fail", "accept", "decline", "cancel", or an object with such an action and values';

function isAction(value: Json | undefined): value is ResumeAction {
  return value === "accept" || value === "decline" || value === "cancel";
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}
