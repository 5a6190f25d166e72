import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

export type Named = { readonly id: string; readonly name: string };

/** Somebody, by the name that others see. */
export function namedIn(user: JsonObject): Named | null {
  const id = stringAt(user, "id");
  if (id === null) return null;
  return { id, name: stringAt(user, "global_name") ?? stringAt(user, "username") ?? id };
}

export function objectAt(within: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(within, key) ? within[key] : null;
  return isJsonObject(value) ? value : {};
}

export function stringAt(within: JsonObject, key: string): string | null {
  const value = Object.hasOwn(within, key) ? within[key] : null;
  return typeof value === "string" ? value : null;
}

export function listAt(within: JsonObject, key: string): readonly Json[] {
  const value = Object.hasOwn(within, key) ? within[key] : null;
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
