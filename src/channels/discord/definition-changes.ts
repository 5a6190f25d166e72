import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

/** What registering the commands would do. */
export type DefinitionChanges = {
  readonly added: readonly string[];
  /** With the places that differ, such as `options.text.required`. */
  readonly changed: readonly { readonly name: string; readonly fields: readonly string[] }[];
  /** What Discord has and the settings do not: registering takes it away. */
  readonly removed: readonly string[];
};

/** Where Discord says what the settings leave out, and the other way round. */
const DEFAULTS: JsonObject = { description: "", options: [], required: false, autocomplete: false };

/** What the settings can say. All else is Discord's own, or was set by hand. */
const FIELDS = [
  "description",
  "options",
  "type",
  "required",
  "choices",
  "autocomplete",
  "min_value",
  "max_value",
  "min_length",
  "max_length",
  "value",
];

const TYPE_NAMES: { readonly [type: number]: string } = {
  1: "slash",
  2: "user",
  3: "message",
  4: "entry point",
};

/** Of what Discord lists (`current`) and what the settings say, what differs in meaning. */
export function definitionChanges(
  current: readonly JsonObject[],
  wanted: readonly JsonObject[],
): DefinitionChanges {
  const before = new Map(current.map((command) => [titleOf(command), command]));
  const after = new Map(wanted.map((command) => [titleOf(command), command]));
  const changed = [...after].flatMap(([name, command]) => {
    const known = before.get(name);
    const fields = known === undefined ? [] : differences("", known, command);
    return fields.length === 0 ? [] : [{ name, fields }];
  });
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed,
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** Commands of different types may have the same name. */
function titleOf({ name, type }: JsonObject): string {
  const kind = TYPE_NAMES[Number(type ?? 1)] ?? String(type);
  return kind === "slash" ? `/${String(name)}` : `${String(name)} (${kind})`;
}

function differences(path: string, before: JsonObject, after: JsonObject): readonly string[] {
  // A command's own type is part of its title, and left out where it is the usual one.
  const fields = path === "" ? FIELDS.filter((field) => field !== "type") : FIELDS;
  return fields.flatMap((field) => {
    const [was, is] = [valueAt(before, field), valueAt(after, field)];
    const place = path === "" ? field : `${path}.${field}`;
    if (!Array.isArray(was) || !Array.isArray(is)) return isSame(was, is) ? [] : [place];
    return listDifferences(place, was as readonly Json[], is as readonly Json[]);
  });
}

function isSame(was: Json, is: Json): boolean {
  return JSON.stringify(was) === JSON.stringify(is);
}

/** Options and choices by their names; that one has another place is a difference of the list. */
function listDifferences(
  path: string,
  before: readonly Json[],
  after: readonly Json[],
): readonly string[] {
  const [was, is] = [before.filter(isJsonObject), after.filter(isJsonObject)];
  const [namesBefore, namesAfter] = [was.map(nameOf), is.map(nameOf)];
  const moved = isSame(namesBefore, namesAfter) ? [] : [path];
  const inside = is.flatMap((entry) => {
    const known = was.find((other) => nameOf(other) === nameOf(entry));
    return known === undefined ? [] : differences(`${path}.${nameOf(entry)}`, known, entry);
  });
  return [...moved, ...inside];
}

function nameOf({ name }: JsonObject): string {
  return String(name);
}

function valueAt(command: JsonObject, field: string): Json {
  const value = command[field] ?? DEFAULTS[field] ?? null;
  const isList = field === "options" || field === "choices";
  return isList && value === null ? [] : value;
}
