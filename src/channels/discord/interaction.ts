import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";
import { readFields } from "./modal-fields.ts";
import { listAt, type Named, namedIn, objectAt, stringAt } from "./parts-of-json.ts";
import { type Place, readPlace } from "./place.ts";

/** What Discord tells of: one press, one command, one form that was sent. */
export type Interaction = { readonly kind: "ping" } | Command | Autocomplete | Component | Modal;

export type Command = {
  readonly kind: "command";
  readonly place: Place;
  readonly commandType: "slash" | "user" | "message";
  /** As in the settings: `job admin cancel`. */
  readonly path: string;
  /** By name. An attachment is told with its URL, which is signed and soon leads nowhere. */
  readonly options: JsonObject;
  /** What a user or message command was used on; `null` for what was typed. */
  readonly target: Target | null;
};

type Target = {
  readonly id: string;
  /** Of a message; `null` for a user. */
  readonly text: string | null;
  /** Who it is, or whose message it is. */
  readonly user: Named | null;
};

/** Somebody is typing: what there is of the other options may be unfinished. */
export type Autocomplete = {
  readonly kind: "autocomplete";
  readonly place: Place;
  readonly path: string;
  readonly focused: { readonly name: string; readonly value: string };
  readonly options: JsonObject;
};

export type Component = {
  readonly kind: "component";
  readonly place: Place;
  readonly customId: string;
  readonly componentType: number;
  /** What was chosen in a list; empty for a button. */
  readonly values: readonly string[];
  readonly messageId: string | null;
};

export type Modal = {
  readonly kind: "modal";
  readonly place: Place;
  readonly customId: string;
  /** What was filled in, by the field's own id. */
  readonly fields: { readonly [customId: string]: string };
  /** The message whose button opened it; `null` = a command did. */
  readonly messageId: string | null;
};

const COMMAND_TYPES: { readonly [type: number]: Command["commandType"] } = {
  1: "slash",
  2: "user",
  3: "message",
};

const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;
const ATTACHMENT = 11;

/** A verified body as what it tells; `null` = a kind of a later time, or nothing that can be read. */
export function readInteraction(body: unknown): Interaction | null {
  if (!isJsonObject(body)) return null;
  if (body["type"] === 1) return { kind: "ping" };
  const place = readPlace(body);
  const data = objectAt(body, "data");
  if (place === null) return null;
  const messageId = stringAt(objectAt(body, "message"), "id");
  switch (body["type"]) {
    case 2:
      return readCommand(place, data);
    case 3:
      return readComponent(place, data, messageId);
    case 4:
      return readAutocomplete(place, data);
    case 5:
      return readModal(place, data, messageId);
    default:
      return null;
  }
}

function readCommand(place: Place, data: JsonObject): Command | null {
  const commandType = COMMAND_TYPES[Number(data["type"])];
  const name = stringAt(data, "name");
  if (commandType === undefined || name === null) return null;
  const target = commandType === "slash" ? null : targetIn(data, commandType);
  if (commandType !== "slash" && target === null) return null;
  const { path, given } = walked(name, data);
  const options = optionsIn(given, objectAt(data, "resolved"));
  return { kind: "command", place, commandType, path, options, target };
}

function readAutocomplete(place: Place, data: JsonObject): Autocomplete | null {
  const name = stringAt(data, "name");
  if (name === null) return null;
  const { path, given } = walked(name, data);
  const focused = given.find((option) => option["focused"] === true);
  const focusedName = stringAt(focused ?? {}, "name");
  if (focused === undefined || focusedName === null) return null;
  const value = String(focused["value"] ?? "");
  const options = optionsIn(given, objectAt(data, "resolved"));
  return { kind: "autocomplete", place, path, focused: { name: focusedName, value }, options };
}

function readComponent(place: Place, data: JsonObject, messageId: string | null): Component | null {
  const customId = stringAt(data, "custom_id");
  if (customId === null) return null;
  const values = listAt(data, "values").filter((value) => typeof value === "string");
  const componentType = Number(data["component_type"]);
  return { kind: "component", place, customId, componentType, values, messageId };
}

function readModal(place: Place, data: JsonObject, messageId: string | null): Modal | null {
  const customId = stringAt(data, "custom_id");
  if (customId === null) return null;
  const fields = readFields(listAt(data, "components"));
  return { kind: "modal", place, customId, fields, messageId };
}

/** Down through groups and sub-commands, to the options that were given. */
function walked(
  name: string,
  within: JsonObject,
): { readonly path: string; readonly given: readonly JsonObject[] } {
  const given = listAt(within, "options").filter(isJsonObject);
  const [first = {}] = given;
  const isDeeper = first["type"] === SUB_COMMAND || first["type"] === SUB_COMMAND_GROUP;
  if (!isDeeper) return { path: name, given };
  return walked(`${name} ${stringAt(first, "name") ?? ""}`, first);
}

function optionsIn(given: readonly JsonObject[], resolved: JsonObject): JsonObject {
  const attachments = objectAt(resolved, "attachments");
  return Object.fromEntries(
    given.flatMap((option): readonly [string, Json][] => {
      const name = stringAt(option, "name");
      const value = option["value"];
      if (name === null || value === undefined) return [];
      const isFile = option["type"] === ATTACHMENT && typeof value === "string";
      return [[name, isFile ? attachmentOf(value, objectAt(attachments, value)) : value]];
    }),
  );
}

function attachmentOf(id: string, found: JsonObject): JsonObject {
  const { url = null, filename = null, content_type = null, size = null } = found;
  return { id, url, filename, content_type, size };
}

function targetIn(data: JsonObject, type: "user" | "message"): Target | null {
  const id = stringAt(data, "target_id");
  if (id === null) return null;
  const resolved = objectAt(data, "resolved");
  if (type === "user") {
    return { id, text: null, user: namedIn(objectAt(objectAt(resolved, "users"), id)) };
  }
  const message = objectAt(objectAt(resolved, "messages"), id);
  return {
    id,
    text: stringAt(message, "content"),
    user: namedIn(objectAt(message, "author")),
  };
}
