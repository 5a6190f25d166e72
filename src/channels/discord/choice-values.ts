import type { AskForm, Choice, Field } from "../../core/ask/ask-form.ts";
import type { ComponentId } from "./custom-id.ts";
import type { Component } from "./interaction.ts";
import { cleanText } from "./text.ts";

/** Discord's limits: of what a list's entry or a field is named by, and of entries in one list. */
const VALUE_LENGTH_MAX = 100;
export const SELECT_OPTIONS_MAX = 25;

/**
 * What a choice is called in a list: its id, or its place where the id cannot be one. A value is never
 * cut, because it has to come back as what it was.
 */
export function listValue(choices: readonly Pick<Choice, "id">[], index: number): string {
  const id = choices[index]?.id ?? "";
  const isFirst = choices.findIndex((choice) => choice.id === id) === index;
  // Discord drops blanks around a value, and what is no text.
  const isKept = id !== "" && id.length <= VALUE_LENGTH_MAX && cleanText(id).trim() === id;
  const isPlain = isKept && !PLACE.test(id);
  return isPlain && isFirst ? id : `#${index}`;
}

const PLACE = /^#\d+$/;

/** The id of the choice that came back; `null` = there is none of that name. */
function idOf(choices: readonly Pick<Choice, "id">[], value: string): string | null {
  const index = choices.findIndex((_, at) => listValue(choices, at) === value);
  return choices[index]?.id ?? null;
}

/** What a field is called in a form: by the same rule. */
export function fieldIdOf(fields: readonly Field[], index: number): string {
  return listValue(
    fields.map(({ name }) => ({ id: name })),
    index,
  );
}

/** Which choice a button or a list stands for; `null` = it is not one of the question's (any more). */
export function chosenIn(
  form: AskForm,
  id: ComponentId,
  component: Pick<Component, "values">,
): string | null {
  if (id.verb === "choose") return form.choices[id.choice ?? -1]?.id ?? null;
  const [value] = component.values;
  return value === undefined ? null : idOf(form.choices, value);
}

/** What was filled in, by the names of the form's fields: what was left empty is left out. */
export function filledIn(
  { fields }: AskForm,
  given: { readonly [customId: string]: string },
): { readonly [name: string]: string } {
  return Object.fromEntries(
    fields.flatMap((field, index): readonly [string, string][] => {
      const key = fieldIdOf(fields, index);
      const value = Object.hasOwn(given, key) ? given[key] : undefined;
      if (value === undefined || value === "") return [];
      const isChoice = field.kind === "choice" && field.choices.length > 0;
      return [[field.name, isChoice ? (idOf(field.choices, value) ?? value) : value]];
    }),
  );
}
