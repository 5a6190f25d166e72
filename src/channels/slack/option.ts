import type { Choice } from "../../core/ask/ask-form.ts";
import type { JsonObject } from "../../lang/json.ts";
import { LIMITS, plain } from "./block.ts";

/** What a list can offer: labels only, and no choice whose id is too long to come back. */
export function optionsOf(choices: readonly Choice[]): readonly JsonObject[] {
  return choices
    .filter(({ id }) => id !== "" && id.length <= LIMITS.optionValueLength)
    .slice(0, LIMITS.options)
    .map(({ id, label }) => ({ text: plain(label || id, LIMITS.optionTextLength), value: id }));
}
