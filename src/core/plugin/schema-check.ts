import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

/** One fault of a schema, and its place: `properties.a.type`. */
export type SchemaFault = { readonly path: string; readonly message: string };

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];

/** What is wrong with a schema itself: a mistake in one would let every payload pass. */
export function faultsInSchema(schema: JsonObject): readonly SchemaFault[] {
  return faultsAt(schema, { path: "", root: schema });
}

type Place = { readonly path: string; readonly root: JsonObject };

function faultsAt(schema: JsonObject, place: Place): readonly SchemaFault[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const rule = Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined;
    const path = place.path === "" ? keyword : `${place.path}.${keyword}`;
    return rule === undefined ? [] : rule(value, { ...place, path });
  });
}

type Rule = (value: Json, place: Place) => readonly SchemaFault[];

/** A rule that the value itself keeps or breaks. */
function must(be: string, isKept: (value: Json) => boolean): Rule {
  return (value, { path }) => (isKept(value) ? [] : [{ path, message: `Must be ${be}` }]);
}

const schemaRule: Rule = (value, place) => {
  if (typeof value === "boolean") return [];
  if (!isJsonObject(value)) return [{ path: place.path, message: "Must be a schema" }];
  return faultsAt(value, place);
};

const schemasByName: Rule = (value, place) => {
  if (!isJsonObject(value)) return [{ path: place.path, message: "Must be an object of schemas" }];
  return Object.entries(value).flatMap(([name, schema]) =>
    schemaRule(schema, { ...place, path: `${place.path}.${name}` }),
  );
};

const schemaList: Rule = (value, place) => {
  if (!Array.isArray(value) || value.length === 0) {
    return [{ path: place.path, message: "Must be a list of schemas" }];
  }
  return (value as readonly Json[]).flatMap((schema, index) =>
    schemaRule(schema, { ...place, path: `${place.path}[${index}]` }),
  );
};

const isStringList = (value: Json): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const isType = (value: Json): boolean => typeof value === "string" && TYPES.includes(value);

const count = must(
  "a whole number from 0",
  (value) => Number.isInteger(value) && Number(value) >= 0,
);
const number = must("a number", (value) => typeof value === "number");

const regularExpression = must("a regular expression", (value) => {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value, "u") instanceof RegExp;
  } catch {
    return false;
  }
});

/** References stay inside the schema: nothing is fetched to check a payload. */
const reference: Rule = (value, { path, root }) => {
  if (typeof value !== "string" || !value.startsWith("#")) {
    return [{ path, message: 'Must point inside the schema, for example "#/$defs/name"' }];
  }
  const target = value
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], root);
  return target === undefined ? [{ path, message: `Points nowhere: ${value}` }] : [];
};

/** Other keywords are annotations, or mean nothing to a validator: JSON Schema allows them. */
const RULES: { readonly [keyword: string]: Rule } = {
  type: must(`one of ${TYPES.join(", ")}, or a list of them`, (value) =>
    Array.isArray(value) ? value.length > 0 && value.every(isType) : isType(value),
  ),
  enum: must("a list", (value) => Array.isArray(value)),
  required: must("a list of names", isStringList),
  pattern: regularExpression,
  $ref: reference,
  $defs: schemasByName,
  definitions: schemasByName,
  properties: schemasByName,
  patternProperties: schemasByName,
  items: schemaRule,
  additionalProperties: schemaRule,
  contains: schemaRule,
  propertyNames: schemaRule,
  not: schemaRule,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: schemaRule,
  if: schemaRule,
  else: schemaRule,
  allOf: schemaList,
  anyOf: schemaList,
  oneOf: schemaList,
  prefixItems: schemaList,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minProperties: count,
  maxProperties: count,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: number,
};
