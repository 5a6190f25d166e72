import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { didYouMean } from "../lang/closest.ts";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import type { Fault } from "./fault.ts";

const validators = new WeakMap<JsonObject, Validator>();

/** What `value` breaks in `schema` (JSON Schema 2020-12): every fault, each with its place. */
export function schemaFaultsOf(
  schema: JsonObject,
  value: JsonObject,
  root: string,
): readonly Fault[] {
  const validator = validators.get(schema) ?? new Validator(schema as Schema, "2020-12", false);
  validators.set(schema, validator);
  const { errors } = validator.validate(value);
  const alternatives = errors
    .filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf")
    .map(({ keywordLocation }) => `${keywordLocation}/`);
  return errors.flatMap((error, index) => {
    // Of several alternatives that all fail, the caller hears that none fits, not why each does not.
    if (alternatives.some((prefix) => error.keywordLocation.startsWith(prefix))) return [];
    return faultOf(error, { before: errors[index - 1], schema, root });
  });
}

type Context = {
  /** The error before: a refused key is preceded by the rule that refused it. */
  readonly before: OutputUnit | undefined;
  readonly schema: JsonObject;
  readonly root: string;
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

function faultOf(error: OutputUnit, { before, schema, root }: Context): readonly Fault[] {
  if (CONTAINERS.has(error.keyword)) return [];
  const place = pathText(root, error.instanceLocation);
  const [, quoted = ""] = /"([^"]*)"/.exec(error.error) ?? [];
  switch (error.keyword) {
    case "required":
      return [{ path: `${place}.${quoted}`, message: "Is required" }];
    case "false": {
      const key = pointerParts(error.instanceLocation).at(-1) ?? "";
      const known = siblingKeys(schema, before?.keywordLocation ?? "");
      return [{ path: place, message: `Unknown key${didYouMean(key, known)}` }];
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

/** `#/list/1/a` under `payload` is `payload.list[1].a`. */
function pathText(root: string, pointer: string): string {
  return pointerParts(pointer).reduce(
    (text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : `${text}.${part}`),
    root,
  );
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
