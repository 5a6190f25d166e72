import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";
import { type Option, optionsOf, wordsOf } from "./options.ts";

/** A question as a person can be shown it, whatever the channel: made from its view and its schema. */
export type AskForm = {
  readonly title: string;
  readonly text: string | null;
  /** One of these is the whole answer: `{ choice: id }`. Empty = the fields are. */
  readonly choices: readonly Choice[];
  /** What is to be filled in, in order. Empty with no choices: there is only yes and no to say. */
  readonly fields: readonly Field[];
};

export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
  /** What the answer says for it, where that is not the id itself. */
  readonly value?: number | boolean;
};

/** One property of the values. */
export type Field = {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly isRequired: boolean;
  readonly kind: "text" | "long_text" | "number" | "boolean" | "choice";
  /** Of a `choice`; else empty. */
  readonly choices: readonly Choice[];
  /** What it begins with; `null` = nothing. */
  readonly initial: string | null;
};

/** The property of the values that is the whole answer, where there is one to choose. */
const CHOICE = "choice";

const DEFAULT_TITLE = "A question";

/** A text that may be longer than this wants more than a line. */
const LINE_LENGTH_MAX = 200;

/** Whatever a plugin says of its question, there is a way to show it: what is not understood is left out. */
export function askFormOf(view: JsonObject, schema: JsonObject): AskForm {
  const { title, text, description } = view;
  const properties = propertiesOf(schema);
  const choices = wholeChoices(view, properties);
  return {
    title: wordsOf(title) ?? DEFAULT_TITLE,
    text: wordsOf(text) ?? wordsOf(description),
    choices,
    fields: choices.length > 0 ? [] : properties.map((each) => fieldOf(each, schema)),
  };
}

type Property = { readonly name: string; readonly schema: JsonObject };

function propertiesOf({ properties }: JsonObject): readonly Property[] {
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (schema === false) return [];
    return [{ name, schema: isJsonObject(schema) ? schema : {} }];
  });
}

/** Where one thing has to be chosen, and nothing else is asked. */
function wholeChoices(view: JsonObject, properties: readonly Property[]): readonly Choice[] {
  const [only, ...others] = properties;
  if (others.length > 0 || (only !== undefined && only.name !== CHOICE)) return [];
  const options = optionsOf(view);
  return options.length > 0 ? options.map(choiceOfOption) : choicesOf(only?.schema["enum"]);
}

function choiceOfOption({ id, label, description }: Option): Choice {
  const choice = { id: String(id), label: label ?? String(id), description };
  return typeof id === "number" ? { ...choice, value: id } : choice;
}

/** The members of an `enum` that a person can be shown. */
function choicesOf(members: Json | undefined): readonly Choice[] {
  if (!Array.isArray(members)) return [];
  return (members as readonly Json[]).flatMap((member): readonly Choice[] => {
    if (typeof member === "string") return [{ id: member, label: member, description: null }];
    if (typeof member !== "number" && typeof member !== "boolean") return [];
    const id = String(member);
    return [{ id, label: id, description: null, value: member }];
  });
}

function fieldOf({ name, schema }: Property, { required }: JsonObject): Field {
  const choices = choicesOf(schema["enum"]);
  return {
    name,
    label: wordsOf(schema["title"]) ?? name,
    description: wordsOf(schema["description"]),
    isRequired: Array.isArray(required) && required.includes(name),
    kind: choices.length > 0 ? "choice" : kindOf(schema),
    choices,
    initial: initialOf(schema["default"]),
  };
}

function kindOf(schema: JsonObject): Exclude<Field["kind"], "choice"> {
  const { type } = schema;
  const types = Array.isArray(type) ? (type as readonly Json[]) : [type];
  if (types.includes("boolean")) return "boolean";
  if (types.includes("number") || types.includes("integer")) return "number";
  const { maxLength, format, "x-multiline": isMultiline } = schema;
  const isLong = typeof maxLength === "number" && maxLength > LINE_LENGTH_MAX;
  return isLong || format === "multiline" || isMultiline === true ? "long_text" : "text";
}

function initialOf(value: Json | undefined): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return wordsOf(value);
}

/**
 * What people typed, as the values of an answer. What is empty is left out; what is not what it should
 * be stays as it was typed, so that the check against the schema names it.
 *
 * @param given By the name of the field, or under `choice`.
 */
export function valuesOf(
  form: AskForm,
  given: { readonly [name: string]: string | null },
): JsonObject {
  const asked =
    form.choices.length > 0
      ? [{ name: CHOICE, kind: "choice" as const, choices: form.choices }]
      : form.fields;
  const values = asked.flatMap((field): readonly (readonly [string, Json])[] => {
    const typed = Object.hasOwn(given, field.name) ? given[field.name] : null;
    return typed === undefined || typed === null || typed === ""
      ? []
      : [[field.name, typedValue(field, typed)]];
  });
  return Object.fromEntries(values);
}

function typedValue({ kind, choices }: Pick<Field, "kind" | "choices">, text: string): Json {
  switch (kind) {
    case "text":
    case "long_text":
      return text;
    case "number":
      return numberOf(text) ?? text;
    case "boolean":
      return BOOLEANS.get(text.trim().toLowerCase()) ?? text;
    case "choice":
      return choices.find(({ id }) => id === text)?.value ?? text;
  }
}

function numberOf(text: string): number | null {
  const number = Number(text.trim());
  return text.trim() === "" || !Number.isFinite(number) ? null : number;
}

/** How people say it. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["true", true],
  ["no", false],
  ["false", false],
]);
