import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import type { Json, JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type Fault, placeIn } from "./fault.ts";

/** A fault in a file, with its line. */
export type LineFault = Fault & { readonly line: number };

/** What a YAML text says, in JSON, and where it says it. */
export type YamlText = {
  /** `null` stands where something has a fault. */
  readonly value: Json;
  /** What YAML allows, and a setting cannot be, as it was met. */
  readonly faults: readonly LineFault[];
  /** The line of what is at a path, or of the nearest thing around it. */
  readonly lineOf: (path: string) => number;
};

/**
 * Every isolate reads the file when it is loaded, for which the platform gives it a second: this much
 * takes a quarter of that. What aliases repeat counts as if it were written out, or ten lines could fill
 * the memory.
 *
 * @see https://developers.cloudflare.com/workers/platform/limits/#worker-startup-time
 */
export const TEXT_LENGTH_MAX = 131_072;

const TOO_LONG = `Must be at most ${TEXT_LENGTH_MAX} characters`;
const TOO_DEEP = `Is nested deeper than ${JSON_DEPTH_MAX} levels`;

/**
 * Reads one document of YAML 1.2.
 *
 * @returns What it says, with the faults of what YAML allows and JSON has not; refused, where it is no
 *   YAML or asks too much.
 */
export function readYaml(text: string): Result<YamlText, readonly LineFault[]> {
  if (text.length > TEXT_LENGTH_MAX) return refuse([{ path: "", message: TOO_LONG, line: 1 }]);
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    // Its words about a fault without the line itself, which may hold a secret.
    prettyErrors: false,
    stringKeys: true,
    // Found below, with their place.
    uniqueKeys: false,
    resolveKnownTags: false,
  });
  const lineAt = (offset: number) => Math.max(1, counter.linePos(offset).line);
  const broken = syntaxFaults([...document.errors, ...document.warnings], lineAt);
  if (broken.length > 0) return refuse(broken);

  const lines = new Map([["", lineAt(document.contents?.range[0] ?? 0)]]);
  const lineOf = (path: string) => nearest(lines, path);
  const walk: Walk = {
    targets: targetsIn(document),
    lineAt,
    lines,
    faults: [],
    left: TEXT_LENGTH_MAX,
    alias: null,
    isOver: false,
  };
  const value = jsonOf(document.contents, { path: "", depth: 0 }, walk);
  // What is missing was not read, so nothing can be said of it.
  if (walk.isOver) return refuse(walk.faults);
  return ok({ value, faults: walk.faults, lineOf });
}

function syntaxFaults(
  errors: readonly YAMLError[],
  lineAt: (offset: number) => number,
): readonly LineFault[] {
  const faultOf = ({ code, message, pos }: YAMLError): LineFault => ({
    path: "",
    message: masked(OUR_WORDS[code] ?? message),
    line: lineAt(pos[0]),
  });
  const exhausted = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  // Whatever else is said of such a text comes of its not having been read to the end.
  return exhausted === undefined ? errors.map(faultOf) : [faultOf(exhausted)];
}

/** Where the parser speaks to programmers. */
const OUR_WORDS: { readonly [code in YAMLError["code"]]?: string } = {
  MULTIPLE_DOCS: "Must be one document: a line of --- begins another one",
  NON_STRING_KEY: "Must have plain words for keys",
  RESOURCE_EXHAUSTION: TOO_DEEP,
};

/** What each alias stands for: the last anchor of its name before it. */
function targetsIn(document: Document.Parsed): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, (_key, node, path) => {
    // A map in a map is two steps of the path. Deeper is a fault that is found below.
    if (path.length > 2 * (JSON_DEPTH_MAX + 1)) return visit.BREAK;
    if (isAlias(node)) targets.set(node, anchors.get(node.source));
    else if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      anchors.set(node.anchor, node);
    }
    return undefined;
  });
  return targets;
}

type Walk = {
  readonly targets: ReadonlyMap<Alias, unknown>;
  readonly lineAt: (offset: number) => number;
  readonly lines: Map<string, number>;
  readonly faults: LineFault[];
  /** Characters that may still come. */
  left: number;
  /** The place of the alias that is being written out; of several in each other, the outermost. */
  alias: string | null;
  /** Too deep or too long: nothing more is read. */
  isOver: boolean;
};

type Place = { readonly path: string; readonly depth: number };

/** A node as JSON, aliases written out. */
function jsonOf(node: unknown, place: Place, walk: Walk): Json {
  walk.left -= 1;
  if (walk.left < 0) return stop(place.path, `${TOO_LONG}, aliases written out`, walk);
  if (isAlias(node)) return aliasOf(node, place, walk);
  if (isScalar(node)) return scalarOf(node, place, walk);
  if (!(isMap(node) || isSeq(node))) return null;

  const depth = place.depth + 1;
  if (depth > JSON_DEPTH_MAX) return stop(place.path, TOO_DEEP, walk);
  if (isMap(node)) return mapOf(node, { ...place, depth }, walk);
  return listOf(node, { ...place, depth }, walk);
}

function aliasOf(alias: Alias, place: Place, walk: Walk): Json {
  const target = walk.targets.get(alias);
  if (target === undefined) {
    return fault(place.path, masked(`Has no anchor: &${alias.source} must come before`), walk);
  }
  const outer = walk.alias;
  walk.alias ??= place.path;
  const value = jsonOf(target, place, walk);
  walk.alias = outer;
  return value;
}

function listOf({ items }: YAMLSeq, { path, depth }: Place, walk: Walk): Json {
  const found: Json[] = [];
  for (const [index, item] of items.entries()) {
    if (walk.isOver) break;
    const place = placeIn(path, index);
    walk.lines.set(place, lineOfNode(item, walk) ?? nearest(walk.lines, path));
    found.push(jsonOf(item, { path: place, depth }, walk));
  }
  return found;
}

function mapOf({ items }: YAMLMap, { path, depth }: Place, walk: Walk): JsonObject {
  const found = new Map<string, Json>();
  for (const { key, value } of items as readonly Pair[]) {
    if (walk.isOver) break;
    const name = String(isScalar(key) ? key.value : key);
    const line = lineOfNode(key, walk) ?? nearest(walk.lines, path);
    const wrong = keyFault(name, found);
    if (wrong !== null) {
      walk.faults.push({ path: isSecret(name) ? path : placeIn(path, name), message: wrong, line });
      continue;
    }
    walk.left -= name.length;
    const place = placeIn(path, name);
    walk.lines.set(place, line);
    found.set(name, jsonOf(value, { path: place, depth }, walk));
  }
  return Object.fromEntries(found);
}

function keyFault(name: string, found: ReadonlyMap<string, Json>): string | null {
  if (isSecret(name)) return SECRET_FAULT;
  if (name === "__proto__") return "Cannot be a key";
  if (name === "<<") return "Cannot be a key: YAML 1.2 merges no maps. Repeat the keys";
  return found.has(name) ? "Is there twice" : null;
}

function scalarOf({ value, source = "" }: Scalar, { path }: Place, walk: Walk): Json {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    walk.left -= value.length;
    return isSecret(value) ? fault(path, SECRET_FAULT, walk) : value;
  }
  if (typeof value !== "number") return fault(path, "Must be put in quotes: it is no JSON", walk);
  if (!Number.isFinite(value)) return fault(path, "Must be a number that JSON has", walk);
  const isExact = Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(source);
  if (isExact) return value;
  return fault(path, "Must be put in quotes: the number is too long to be kept exactly", walk);
}

/** The file is kept in a repository, and what it says is shown; this is what signing secrets begin with. */
function isSecret(text: string): boolean {
  return text.trimStart().toLowerCase().startsWith("whsec_");
}

/** A secret that was put where YAML has a word of its own, such as a tag or an anchor. */
function masked(message: string): string {
  return message.replace(/whsec_\S*/gi, "whsec_…");
}

const SECRET_FAULT =
  "Must not be a secret: put it into a variable (.dev.vars, wrangler secret put) and give its name";

function fault(path: string, message: string, walk: Walk): null {
  walk.faults.push({ path, message, line: nearest(walk.lines, path) });
  return null;
}

function stop(path: string, message: string, walk: Walk): null {
  if (!walk.isOver) fault(walk.alias ?? path, message, walk);
  walk.isOver = true;
  return null;
}

function lineOfNode(node: unknown, { lineAt }: Walk): number | null {
  const hasRange = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return hasRange && node.range ? lineAt(node.range[0]) : null;
}

function nearest(lines: ReadonlyMap<string, number>, path: string): number {
  const line = lines.get(path);
  if (line !== undefined) return line;
  const end = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  return end < 0 ? (lines.get("") ?? 1) : nearest(lines, path.slice(0, end));
}
