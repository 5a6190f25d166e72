import type { Choice, Field } from "../../core/ask/ask-form.ts";
import type { JsonObject } from "../../lang/json.ts";
import { fieldBlockId } from "./action.ts";
import { LIMITS, plain } from "./block.ts";
import { optionsOf } from "./option.ts";

const WORDS_LENGTH_MAX = 150;

/** What a field begins with is shown whole, or not at all: half of it would be sent back as an answer. */
const INITIAL_LENGTH_MAX = 1000;

/** A field as it is filled in; none where its name is too long to come back. */
export function fieldBlock(field: Field): readonly JsonObject[] {
  const blockId = fieldBlockId(field.name);
  if (blockId.length > LIMITS.idLength) return [];
  const { label, name, description } = field;
  return [
    {
      type: "input",
      block_id: blockId,
      // A box that is not ticked is an answer too.
      optional: !field.isRequired || field.kind === "boolean",
      label: plain(label || name, WORDS_LENGTH_MAX),
      ...(description === null || description.trim() === ""
        ? {}
        : { hint: plain(description, WORDS_LENGTH_MAX) }),
      element: elementOf(field),
    },
  ];
}

function elementOf(field: Field): JsonObject {
  const initial = initialOf(field);
  switch (field.kind) {
    case "boolean":
      return {
        type: "checkboxes",
        action_id: "checked",
        options: [YES],
        ...(initial === "true" ? { initial_options: [YES] } : {}),
      };
    case "number":
      return {
        type: "number_input",
        action_id: "number",
        is_decimal_allowed: true,
        ...(isNumber(initial) ? { initial_value: initial } : {}),
      };
    case "choice":
      return listOf(field.choices, initial);
    case "text":
    case "long_text":
      return textInput(field.kind === "long_text", initial);
  }
}

const YES: JsonObject = { text: plain("Yes", LIMITS.optionTextLength), value: "true" };

/** Of more choices than a list can have, the others can be typed. */
function listOf(choices: readonly Choice[], initial: string | null): JsonObject {
  const options = optionsOf(choices);
  if (options.length === 0 || options.length < choices.length) return textInput(false, initial);
  const chosen = options.find(({ value }) => value === initial);
  return {
    type: "static_select",
    action_id: "choice",
    options,
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  };
}

function textInput(isLong: boolean, initial: string | null): JsonObject {
  return {
    type: "plain_text_input",
    action_id: "text",
    multiline: isLong,
    max_length: LIMITS.inputLength,
    ...(initial === null ? {} : { initial_value: initial }),
  };
}

function initialOf({ initial }: Field): string | null {
  return initial === null || initial === "" || initial.length > INITIAL_LENGTH_MAX ? null : initial;
}

function isNumber(text: string | null): text is string {
  return text !== null && text.trim() !== "" && Number.isFinite(Number(text));
}
