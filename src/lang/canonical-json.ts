import { isJsonObject, type Json } from "./json.ts";

/**
 * JSON that is the same text for the same value, in whatever order its keys came.
 *
 * It is written, never rebuilt as an object: a key named `__proto__` is a key like any other.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
