import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

/** What is at a place of somebody else's JSON; `null` = nothing. */
function jsonAt(json: Json, ...path: readonly string[]): Json {
  return path.reduce<Json>((at, key) => own(at, key), json);
}

/** The text at a place; `null` = there is none. */
export function textAt(json: Json, ...path: readonly string[]): string | null {
  const found = jsonAt(json, ...path);
  return typeof found === "string" ? found : null;
}

/** The objects of the list at a place. */
export function objectsAt(json: Json, ...path: readonly string[]): readonly JsonObject[] {
  const found = jsonAt(json, ...path);
  return Array.isArray(found) ? (found as readonly Json[]).filter(isJsonObject) : [];
}

export function objectAt(json: Json, ...path: readonly string[]): JsonObject {
  const found = jsonAt(json, ...path);
  return isJsonObject(found) ? found : {};
}

function own(json: Json, key: string): Json {
  return isJsonObject(json) && Object.hasOwn(json, key) ? (json[key] ?? null) : null;
}
