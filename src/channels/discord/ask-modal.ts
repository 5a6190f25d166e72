import type {
  APILabelComponent,
  APIModalInteractionResponseCallbackData,
  APIStringSelectComponent,
  APITextInputComponent,
} from "discord-api-types/v10";
import type { AskForm, Choice, Field } from "../../core/ask/ask-form.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { Question } from "../telling.ts";
import { fieldIdOf, SELECT_OPTIONS_MAX } from "./choice-values.ts";
import { writeCustomId } from "./custom-id.ts";
import { optionsOf } from "./select-options.ts";
import { cleanText, oneLine } from "./text.ts";

/** Discord's limits. */
const FIELDS_MAX = 5;
const TITLE_LENGTH_MAX = 45;
const LABEL_LENGTH_MAX = 45;
const DESCRIPTION_LENGTH_MAX = 100;
const INPUT_LENGTH_MAX = 4000;

const SHORT = 1;
const PARAGRAPH = 2;

const YES_OR_NO: readonly Choice[] = [
  { id: "true", label: "Yes", description: null },
  { id: "false", label: "No", description: null },
];

/** Whether a form of Discord's can hold all that has to be filled in. */
export function isFillable({ fields }: AskForm): boolean {
  return fields.filter(({ isRequired }) => isRequired).length <= FIELDS_MAX;
}

/** The fields that a form shows, by their places: what is required goes before what is not. */
export function shownFields({ fields }: AskForm): readonly number[] {
  const places = fields.map((_, index) => index);
  const optional = places.filter((index) => fields[index]?.isRequired === false);
  const room = FIELDS_MAX - (places.length - optional.length);
  const left = new Set(optional.slice(Math.max(0, room)));
  return places.filter((index) => !left.has(index));
}

/** The form that a question is answered in; `null` = it takes more than Discord's forms can hold. */
export function modalOf(jobId: string, { waitId, form }: Question): JsonObject | null {
  if (!isFillable(form) || form.fields.length === 0) return null;
  const title = oneLine(form.title, TITLE_LENGTH_MAX);
  return {
    custom_id: writeCustomId({ verb: "form", jobId, waitId, choice: null }),
    title: title === "" ? "Answer" : title,
    components: shownFields(form).map((index) =>
      labelled(form.fields[index] as Field, fieldIdOf(form.fields, index)),
    ),
  } satisfies APIModalInteractionResponseCallbackData;
}

function labelled(field: Field, customId: string) {
  const about = [field.description ?? "", isCut(field) ? `The first ${SELECT_OPTIONS_MAX}` : ""];
  const description = oneLine(
    about.filter((part) => part !== "").join(". "),
    DESCRIPTION_LENGTH_MAX,
  );
  const label = [field.label, field.name].find((text) => oneLine(text, LABEL_LENGTH_MAX) !== "");
  return {
    type: 18,
    label: oneLine(label ?? "Value", LABEL_LENGTH_MAX),
    ...(description === "" ? {} : { description }),
    component: inputOf(field, customId),
  } satisfies APILabelComponent;
}

function isCut({ kind, choices }: Field): boolean {
  return kind === "choice" && choices.length > SELECT_OPTIONS_MAX;
}

function inputOf(field: Field, customId: string) {
  if (field.kind === "boolean") return listOf(field, YES_OR_NO, customId);
  if (field.kind === "choice" && field.choices.length > 0) {
    return listOf(field, field.choices, customId);
  }
  const initial = cleanText(field.initial ?? "");
  return {
    type: 4,
    custom_id: customId,
    style: field.kind === "long_text" ? PARAGRAPH : SHORT,
    required: field.isRequired,
    max_length: INPUT_LENGTH_MAX,
    // What is too long to begin with is not cut: half of it could be sent as the answer.
    ...(initial === "" || initial.length > INPUT_LENGTH_MAX ? {} : { value: initial }),
  } satisfies APITextInputComponent;
}

function listOf(field: Field, choices: readonly Choice[], customId: string) {
  return {
    type: 3,
    custom_id: customId,
    options: optionsOf(choices, field.initial),
    required: field.isRequired,
    // Nothing may be chosen only where nothing has to be.
    min_values: field.isRequired ? 1 : 0,
  } satisfies APIStringSelectComponent;
}
