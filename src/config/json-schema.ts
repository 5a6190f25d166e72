import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { type Fault, questioner } from "./fault.ts";

const validators = new WeakMap<JsonObject, Validator>();

/** What `value` breaks in `schema` (JSON Schema 2020-12): every fault, each with its place. */
export function schemaFaultsOf(
  schema: JsonObject,
  value: JsonObject,
  root: string,
): readonly Fault[] {
  const validator = validators.get(schema) ?? new Validator(schema as Schema, "2020-12", false);
  validators.set(schema, validator);
  const errors = errorsOf(validator, value);
  if (errors === null) return [{ path: root, message: "Has too many faults to be listed" }];
  const failed = errors
    .filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf")
    .map(({ keywordLocation }) => `${keywordLocation}/`);
  // One for each place in the schema, of which there are few; a value can fail there again and again.
  const alternatives = [...new Set(failed)];
  const question = questioner();
  return errors.flatMap((error, index) => {
    // Of several alternatives that all fail, the caller hears that none fits, not why each does not.
    if (alternatives.some((prefix) => error.keywordLocation.startsWith(prefix))) return [];
    return faultOf(error, { before: errors[index - 1], schema, value, root, question });
  });
}

/** What the validator finds, or `null` where it is more than it can carry: it passes lists as arguments. */
function errorsOf(validator: Validator, value: JsonObject): readonly OutputUnit[] | null {
  try {
    return validator.validate(value).errors;
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

type Context = {
  /** The error before: a refused key is preceded by the rule that refused it. */
  readonly before: OutputUnit | undefined;
  readonly schema: JsonObject;
  readonly value: JsonObject;
  readonly root: string;
  readonly question: ReturnType<typeof questioner>;
};

/** Errors that only repeat that something further in is wrong. */
const CONTAINERS = new Set([
  "$ref",
  "additionalProperties",
  "allOf",
  "items",
  "patternProperties",
  "prefixItems",
  "properties",
]);

function faultOf(error: OutputUnit, context: Context): readonly Fault[] {
  if (CONTAINERS.has(error.keyword)) return [];
  const place = pathText(context, error.instanceLocation);
  const [, quoted = ""] = /"([^"]*)"/.exec(error.error) ?? [];
  switch (error.keyword) {
    case "required":
      return [{ path: `${place}.${quoted}`, message: "Is required" }];
    case "false": {
      const key = pointerParts(error.instanceLocation).at(-1) ?? "";
      const refusedBy = context.before?.keywordLocation ?? "";
      const known = () => siblingKeys(context.schema, refusedBy);
      return [{ path: place, message: `Unknown key${context.question(key, known)}` }];
    }
    case "type":
      return [{ path: place, message: error.error.replace(/^Instance t/, "T").replace(/\.$/, "") }];
    default:
      return [{ path: place, message: error.error.replace(/^Instance d/, "D").replace(/\.$/, "") }];
  }
}

/** The keys that a schema's `properties` name, found from its `additionalProperties`. */
function siblingKeys(schema: JsonObject, keywordLocation: string): readonly string[] {
  const parts = pointerParts(keywordLocation).slice(0, -1);
  const parent = parts.reduce<Json | undefined>(
    (value, part) => (isJsonObject(value) ? value[part] : undefined),
    schema,
  );
  const properties = isJsonObject(parent) ? parent["properties"] : undefined;
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** `#/list/1/a` under `payload` is `payload.list[1].a`; where `list` is an object, `payload.list.1.a`. */
function pathText({ root, value }: Pick<Context, "root" | "value">, pointer: string): string {
  let text = root;
  let at: Json | undefined = value;
  for (const part of pointerParts(pointer)) {
    text += Array.isArray(at) ? `[${part}]` : `.${part}`;
    at = childOf(at, part);
  }
  return text;
}

function childOf(value: Json | undefined, part: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(part)];
  return isJsonObject(value) ? value[part] : undefined;
}

/** The parts of a JSON Pointer written as a URI fragment (RFC 6901, section 6). */
function pointerParts(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => decode(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that is part of the key itself.
    return part;
  }
}
