import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";

/** A template with what its places name put in. */
export type Filled<Value = JsonObject> = {
  readonly value: Value;
  /** The paths that led nowhere, each once, in the order of the template. */
  readonly missing: readonly string[];
};

/**
 * A brace that stands for itself, or a place: `{body.user.name}`, `{options.text}`, `{list.0}`. Names are
 * of letters, digits and what channels and headers put into theirs; whatever else stands between
 * braces is text, so that a template may hold some JSON.
 */
const NAME = "[\\p{L}\\p{M}\\p{N}_@:$/'-]+";
const PATH = `${NAME}(?:\\.${NAME})*`;
const MARK = new RegExp(`\\{\\{|\\}\\}|\\{(${PATH})\\}`, "gu");
const ALONE = new RegExp(`^\\{(${PATH})\\}$`, "u");

/** Of a list, only these: never its `length`. */
const INDEX = /^(?:0|[1-9]\d*)$/;

/** Never looked up, also where a sender has sent them: whoever handles the value may trip over them. */
const NEVER = ["__proto__", "constructor", "prototype"];

/**
 * Puts what came into a template, as deep as it goes. A text that is one place and nothing else becomes
 * what the place names, of whatever type; where that is missing, its key is left out, and in a list it
 * is `null`. In any other text a place becomes text, and a missing one nothing. What is put in is never
 * read as a template, nor are keys.
 */
export function fill(template: JsonObject, scope: JsonObject): Filled {
  const missing = new Set<string>();
  const value = filledObject(template, lookIn(scope, missing));
  return { value, missing: [...missing] };
}

/** The same for one text, which stays a text. */
export function fillText(template: string, scope: JsonObject): Filled<string> {
  const missing = new Set<string>();
  const value = mixedText(template, lookIn(scope, missing));
  return { value, missing: [...missing] };
}

/** The paths of all places of a template, each once: for whoever knows what they may lead to. */
export function pathsIn(template: JsonObject): readonly string[] {
  return fill(template, {}).missing;
}

/** Finds what a path names; `undefined` = nothing. */
type Look = (path: string) => Json | undefined;

function lookIn(scope: JsonObject, missing: Set<string>): Look {
  return (path) => {
    const found = path.split(".").reduce<Json | undefined>(inside, scope);
    if (found === undefined) missing.add(path);
    return found;
  };
}

function inside(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || NEVER.includes(name)) return undefined;
  if (!isJsonObject(value)) return INDEX.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function filledObject(template: JsonObject, look: Look): JsonObject {
  const entries = Object.entries(template).flatMap(([key, each]) => {
    const value = filled(each, look);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

/** `undefined` = a place that stands alone and leads nowhere. */
function filled(template: Json, look: Look): Json | undefined {
  if (typeof template === "string") return filledText(template, look);
  if (typeof template !== "object" || template === null) return template;
  if (isJsonObject(template)) return filledObject(template, look);
  return template.map((each) => filled(each, look) ?? null);
}

function filledText(template: string, look: Look): Json | undefined {
  const [, path] = ALONE.exec(template) ?? [];
  return path === undefined ? mixedText(template, look) : look(path);
}

function mixedText(template: string, look: Look): string {
  return template.replace(MARK, (mark: string, path: string | undefined) =>
    path === undefined ? mark.charAt(0) : textOf(look(path) ?? null),
  );
}

function textOf(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
