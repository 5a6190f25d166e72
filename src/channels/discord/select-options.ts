import type { APISelectMenuOption } from "discord-api-types/v10";
import type { Choice } from "../../core/ask/ask-form.ts";
import { listValue, SELECT_OPTIONS_MAX } from "./choice-values.ts";
import { oneLine } from "./text.ts";

/** Discord's limit, of each of an entry's texts. */
const OPTION_LENGTH_MAX = 100;

/** The first of the choices, as entries of a list. */
export function optionsOf(choices: readonly Choice[], initial: string | null) {
  const initially = choices.findIndex(({ id }) => id === initial);
  return choices.slice(0, SELECT_OPTIONS_MAX).map((choice, index) => {
    const description = oneLine(choice.description ?? "", OPTION_LENGTH_MAX);
    return {
      label: oneLine(labelOf(choice), OPTION_LENGTH_MAX),
      value: listValue(choices, index),
      ...(description === "" ? {} : { description }),
      ...(index === initially ? { default: true } : {}),
    } satisfies APISelectMenuOption;
  });
}

/** Nothing to read is nothing to press: Discord refuses it. */
export function labelOf({ label, id }: Choice): string {
  return [label, id].find((text) => oneLine(text, OPTION_LENGTH_MAX) !== "") ?? "Choose";
}
