import * as z from "zod";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { isDiscordName, NAME_FAULT } from "./discord-name.ts";
import { RunTarget } from "./run-target.ts";

/** Discord's limits: of options in a command, of choices in an option, and of each of their texts. */
const OPTIONS_MAX = 25;
const CHOICES_MAX = 25;
const TEXT_LENGTH_MAX = 100;
const STRING_LENGTH_MAX = 6000;
const WHOLE_MAX = 2 ** 53 - 1;

const TYPES = [
  "string",
  "integer",
  "number",
  "boolean",
  "user",
  "channel",
  "role",
  "mentionable",
  "attachment",
] as const;

/** Only these can be suggested, chosen from a list, or bounded. */
const VALUED: readonly unknown[] = ["string", "integer", "number"];

const TEXT_FAULT = `Must be 1 to ${TEXT_LENGTH_MAX} characters`;
const Text = z.string(TEXT_FAULT).trim().min(1, TEXT_FAULT).max(TEXT_LENGTH_MAX, TEXT_FAULT);

const Choice = z.strictObject({ name: Text, value: z.union([z.string(), z.number()]) });

const Autocomplete = z.strictObject({
  run: RunTarget,
  payload: z.custom<JsonObject>(isJsonObject, "Must be a map of keys and values").nullish(),
});

const Option = z
  .strictObject({
    name: z.string(NAME_FAULT).refine(isDiscordName, NAME_FAULT),
    type: z.enum(TYPES),
    description: Text,
    required: z.boolean().nullish(),
    choices: z
      .array(Choice)
      .min(1, "Must not be empty")
      .max(CHOICES_MAX, `Must be at most ${CHOICES_MAX} choices`)
      .nullish(),
    autocomplete: Autocomplete.nullish(),
    min: z.number().nullish(),
    max: z.number().nullish(),
  })
  .superRefine(
    (given, context) => {
      for (const { path, message } of optionFaults(given)) {
        context.addIssue({ code: "custom", path: [...path], message });
      }
    },
    // Also where a key has a fault of its own: all are told at once.
    { when: ({ value }) => isJsonObject(value) },
  );

export const DiscordOptions = z
  .array(Option)
  .max(OPTIONS_MAX, `Must be at most ${OPTIONS_MAX} options`);

/** The keys that may be at `path`; `null` = it is not inside an option. */
export function knownOptionKeys(path: string): readonly string[] | null {
  if (!/\.options\[\d+\]/.test(path)) return null;
  if (path.endsWith(".autocomplete")) return Object.keys(Autocomplete.shape);
  return Object.keys(/\.choices\[\d+\]$/.test(path) ? Choice.shape : Option.shape);
}

type OptionFault = { readonly path: readonly (string | number)[]; readonly message: string };
type Given = { readonly [key in keyof z.output<typeof Option>]: unknown };

/** What only the keys together can break. Of what is wrong by itself, enough has been told. */
function optionFaults(given: Given): readonly OptionFault[] {
  const { type, choices, autocomplete } = given;
  const isValued = VALUED.includes(type);
  const isType = TYPES.some((known) => known === type);
  const misplaced = isType && !isValued ? ["choices", "autocomplete", "min", "max"] : [];
  return [
    ...misplaced
      .filter((key) => isSet(given[key as keyof Given]))
      .map((key) => ({ path: [key], message: "Is for a string, an integer or a number only" })),
    ...(isSet(choices) && isSet(autocomplete)
      ? [{ path: ["autocomplete"], message: "Must not be set beside choices" }]
      : []),
    ...(isValued ? choiceFaults(type, choices) : []),
    ...(isValued ? boundFaults(given) : []),
  ];
}

function choiceFaults(type: unknown, choices: unknown): readonly OptionFault[] {
  const given: readonly unknown[] = Array.isArray(choices) ? choices : [];
  const values = given.map((choice) => (isJsonObject(choice) ? choice["value"] : undefined));
  const names = given.map((choice) => (isJsonObject(choice) ? choice["name"] : undefined));
  const wrong = values.flatMap((value, index): readonly OptionFault[] => {
    const message = valueFault(type, value);
    return message === null ? [] : [{ path: ["choices", index, "value"], message }];
  });
  const twice = names.flatMap((name, index): readonly OptionFault[] =>
    typeof name === "string" && names.indexOf(name) < index
      ? [{ path: ["choices", index, "name"], message: "Is the name of another choice too" }]
      : [],
  );
  return [...wrong, ...twice];
}

/** `null` = nothing, or no value that a choice could have at all: that is told by itself. */
function valueFault(type: unknown, value: Json | undefined): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  if (type === "string") {
    const fits = typeof value === "string" && value.length > 0 && value.length <= TEXT_LENGTH_MAX;
    return fits ? null : `Must be text of 1 to ${TEXT_LENGTH_MAX} characters`;
  }
  return isBound(type, value) ? null : BOUND_FAULTS[type === "integer" ? "integer" : "number"];
}

function boundFaults({ type, min, max }: Given): readonly OptionFault[] {
  const of = type === "string" || type === "integer" ? type : "number";
  const wrong = Object.entries({ min, max })
    .filter(([key, bound]) => typeof bound === "number" && !isBound(type, bound, key === "max"))
    .map(([key]) => ({ path: [key], message: BOUND_FAULTS[of] }));
  const isCrossed = typeof min === "number" && typeof max === "number" && min > max;
  return isCrossed ? [...wrong, { path: ["min"], message: "Must not be above max" }] : wrong;
}

const BOUND_FAULTS = {
  string: `Must be a length: a whole number from 0, or 1 for max, to ${STRING_LENGTH_MAX}`,
  integer: "Must be a whole number within ±(2^53 − 1)",
  number: "Must be a number within ±(2^53 − 1)",
};

function isBound(type: unknown, bound: unknown, isMax = false): boolean {
  if (typeof bound !== "number") return false;
  if (type === "number") return Math.abs(bound) <= WHOLE_MAX;
  if (!Number.isInteger(bound)) return false;
  if (type === "integer") return Math.abs(bound) <= WHOLE_MAX;
  return bound >= (isMax ? 1 : 0) && bound <= STRING_LENGTH_MAX;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}
