import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { isDiscordName } from "./discord-name.ts";
import { placeFaults } from "./template-places.ts";

/** Discord's limits: of commands of each type, of what is below one of them, and of its texts in all. */
const COMMANDS_MAX = { slash: 100, user: 15, message: 15 } as const;
const BELOW_MAX = 25;
const WORDS_MAX = 3;
const LENGTH_MAX = 8000;
const MENU_NAME_LENGTH_MAX = 32;

type Type = keyof typeof COMMANDS_MAX;
type Between = { readonly path: readonly (string | number)[]; readonly message: string };

/** A command as it was given; what has a fault of its own is not read here. */
type Given = {
  readonly index: number;
  readonly name: string;
  readonly type: Type;
  readonly command: JsonObject;
};

/** What Discord would refuse of the commands as they are together, or of one as a whole. */
export function commandFaults(commands: unknown): readonly Between[] {
  const given = (Array.isArray(commands) ? (commands as readonly unknown[]) : []).flatMap(givenAt);
  const slash = given.filter(({ type }) => type === "slash");
  return [
    ...given.flatMap(ownFaults),
    ...given.flatMap(templateFaults),
    ...given.flatMap((one) => twiceFaults(one, given)),
    ...slash.flatMap((one) => pathFaults(one, slash)),
    ...countFaults(given),
    ...lengthFaults(given),
  ];
}

function givenAt(command: unknown, index: number): readonly Given[] {
  if (!isJsonObject(command)) return [];
  const { name, type = "slash" } = command;
  const of = Object.keys(COMMANDS_MAX).find((known) => known === (type ?? "slash"));
  if (typeof name !== "string" || of === undefined) return [];
  return [{ index, name, type: of as Type, command }];
}

function ownFaults({ index, name, type, command }: Given): readonly Between[] {
  const { description, options } = command;
  const isDescribed = typeof description === "string" && description.trim() !== "";
  if (type === "slash") {
    return [
      ...(isPath(name) ? [] : [{ path: [index, "name"], message: PATH_FAULT }]),
      ...(isDescribed || !isUnset(description)
        ? []
        : [{ path: [index, "description"], message: "Is required for a slash command" }]),
      ...optionFaults(index, options),
    ];
  }
  const isName = name.trim() === name && name.length > 0 && name.length <= MENU_NAME_LENGTH_MAX;
  return [
    ...(isName ? [] : [{ path: [index, "name"], message: MENU_NAME_FAULT }]),
    ...(isDescribed ? [{ path: [index, "description"], message: SLASH_ONLY }] : []),
    ...(Array.isArray(options) && options.length > 0
      ? [{ path: [index, "options"], message: SLASH_ONLY }]
      : []),
  ];
}

const PATH_FAULT = `Must be 1 to ${WORDS_MAX} words, each of 1 to 32 small letters, digits, - and _`;
const MENU_NAME_FAULT = `Must be 1 to ${MENU_NAME_LENGTH_MAX} characters`;
const SLASH_ONLY = "Is for slash commands only";

/** An empty text is as good as none; what is no text is told by itself. */
function isUnset(value: Json | undefined): boolean {
  return (
    value === undefined || value === null || (typeof value === "string" && value.trim() === "")
  );
}

function isPath(name: string): boolean {
  const words = name.split(" ");
  return words.length <= WORDS_MAX && words.every(isDiscordName);
}

function optionFaults(index: number, options: Json | undefined): readonly Between[] {
  const given = Array.isArray(options) ? (options as readonly Json[]) : [];
  const names = given.map((option) => (isJsonObject(option) ? option["name"] : undefined));
  return names.flatMap((name, at): readonly Between[] =>
    typeof name === "string" && names.indexOf(name) < at
      ? [{ path: [index, "options", at, "name"], message: "Is the name of another option too" }]
      : [],
  );
}

/** What places of payloads begin with: see `scopeOf` of the channel. */
const ROOTS = ["options", "user", "channel", "guild", "locale", "command", "target"];
/** What there is besides while somebody types. */
const TYPED_ROOTS = ["text", "option", "focused"];

function templateFaults({ index, command }: Given): readonly Between[] {
  const { payload, options } = command;
  const given = Array.isArray(options) ? (options as readonly Json[]).filter(isJsonObject) : [];
  const names = given.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  const at = (path: Between["path"], template: Json | undefined, roots: readonly string[]) =>
    isJsonObject(template)
      ? placeFaults(template, roots, { options: names }).map((message) => ({ path, message }))
      : [];
  return [
    ...at([index, "payload"], payload, ROOTS),
    ...given.flatMap(({ autocomplete }, option) =>
      at(
        [index, "options", option, "autocomplete", "payload"],
        isJsonObject(autocomplete) ? autocomplete["payload"] : undefined,
        [...ROOTS, ...TYPED_ROOTS],
      ),
    ),
  ];
}

function twiceFaults({ index, name, type }: Given, all: readonly Given[]): readonly Between[] {
  const isTwice = all.some(
    (other) => other.index < index && other.type === type && other.name === name,
  );
  return isTwice ? [{ path: [index, "name"], message: "Is the name of another command too" }] : [];
}

/** With words below it, a command cannot be used itself. */
function pathFaults({ index, name }: Given, slash: readonly Given[]): readonly Between[] {
  const below = slash.find((other) => other.name.startsWith(`${name} `));
  if (below === undefined) return [];
  const message = `Cannot be a command itself as there is "${below.name}" below it`;
  return [{ path: [index, "name"], message }];
}

/** Of each type, by its first word; and of what is below each word. */
function countFaults(given: readonly Given[]): readonly Between[] {
  const types = Object.keys(COMMANDS_MAX) as readonly Type[];
  const tooMany = types.flatMap((type): readonly Between[] => {
    const most = COMMANDS_MAX[type];
    const names = given.filter((one) => one.type === type).map((one) => topOf(one));
    const count = new Set(names).size;
    return count <= most
      ? []
      : [{ path: [], message: `Must be at most ${most} ${type} commands, found ${count}` }];
  });
  return [...tooMany, ...belowFaults(given)];
}

function belowFaults(given: readonly Given[]): readonly Between[] {
  const below = new Map<string, Set<string>>();
  for (const { name, type } of given) {
    const words = type === "slash" ? name.split(" ") : [];
    for (let depth = 1; depth < words.length; depth += 1) {
      const above = words.slice(0, depth).join(" ");
      below.set(above, (below.get(above) ?? new Set()).add(words[depth] ?? ""));
    }
  }
  return [...below]
    .filter(([, words]) => words.size > BELOW_MAX)
    .map(([above, { size }]) => ({
      path: [],
      message: `Must be at most ${BELOW_MAX} commands below "${above}", found ${size}`,
    }));
}

/** The texts of everything that begins with the same word: Discord counts them as one command's. */
function lengthFaults(given: readonly Given[]): readonly Between[] {
  const lengths = new Map<string, number>();
  for (const one of given.filter(({ type }) => type === "slash")) {
    lengths.set(topOf(one), (lengths.get(topOf(one)) ?? 0) + textLength(one.command));
  }
  return [...lengths]
    .filter(([, length]) => length > LENGTH_MAX)
    .map(([top, length]) => ({
      path: [],
      message: `Must be at most ${LENGTH_MAX} characters for "${top}" in all, found ${length}`,
    }));
}

function topOf({ name, type }: Pick<Given, "name" | "type">): string {
  return type === "slash" ? (name.split(" ")[0] ?? "") : name;
}

/** Of names, descriptions and values: of all that Discord is told. */
function textLength({ name, description, options }: JsonObject): number {
  const told = (Array.isArray(options) ? (options as readonly Json[]) : []).filter(isJsonObject);
  const inOptions = told.map((option) => {
    const choices = Array.isArray(option["choices"]) ? (option["choices"] as readonly Json[]) : [];
    const inChoices = choices.filter(isJsonObject).map((choice) => lengthIn(choice));
    return lengthIn(option) + inChoices.reduce((sum, length) => sum + length, 0);
  });
  const own = lengthIn({ name: name ?? null, description: description ?? null });
  return inOptions.reduce((sum, length) => sum + length, own);
}

function lengthIn({ name, description, value }: JsonObject): number {
  return [name, description, value]
    .filter((text) => typeof text === "string")
    .reduce((sum, text) => sum + text.length, 0);
}
