import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";
import { listAt, objectAt, stringAt } from "./parts-of-json.ts";

/**
 * What was filled in, by each field's own id. Today a field stands in a label, in older clients' forms in a
 * row; what has no value, such as text between them, is passed over.
 */
export function readFields(components: readonly Json[]): { readonly [customId: string]: string } {
  const fields = components
    .filter(isJsonObject)
    .flatMap((entry) => [objectAt(entry, "component"), ...listAt(entry, "components")])
    .filter(isJsonObject);
  return Object.fromEntries(
    fields.flatMap((field): readonly [string, string][] => {
      const customId = stringAt(field, "custom_id");
      const value = filled(field);
      return customId === null || value === null ? [] : [[customId, value]];
    }),
  );
}

/** A list in which nothing was chosen is empty text, as a line in which nothing was written is. */
function filled(field: JsonObject): string | null {
  const { value, values } = field;
  if (Array.isArray(values)) return (values as readonly Json[]).map(String).join(",");
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
