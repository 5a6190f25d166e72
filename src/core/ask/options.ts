import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

/** One of the things that a view offers to choose from. */
export type Option = {
  readonly id: string | number;
  readonly label: string | null;
  readonly description: string | null;
};

/** The options of a view, where it has any that can be told apart; else none. */
export function optionsOf({ options }: JsonObject): readonly Option[] {
  if (!Array.isArray(options)) return [];
  const given = (options as readonly Json[]).map(optionOf);
  const known = given.filter((option) => option !== null);
  const ids = new Set(known.map(({ id }) => String(id)));
  return known.length === given.length && ids.size === known.length ? known : [];
}

function optionOf(value: Json): Option | null {
  if (!isJsonObject(value)) return null;
  const { id, label, description } = value;
  const isId = typeof id === "number" || (typeof id === "string" && id !== "");
  return isId ? { id, label: wordsOf(label), description: wordsOf(description) } : null;
}

/** What can be shown to a person; `null` where there is nothing. */
export function wordsOf(value: Json | undefined): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
