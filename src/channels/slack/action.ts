import { isJsonObject, type Json, type JsonObject } from "../../lang/json.ts";
import { objectAt, objectsAt, textAt } from "./json-at.ts";
import type { BlockAction } from "./request.ts";

/** The question that a button or a field belongs to. */
export type Asked = { readonly jobId: string; readonly waitId: string };

/** What somebody said to it. */
export type Pressed = Asked & {
  readonly answer:
    | { readonly kind: "choice"; readonly id: string }
    /** The values stand in the message's fields: `readFields`. */
    | { readonly kind: "submit" }
    | { readonly kind: "accept" }
    | { readonly kind: "decline" };
};

/** What a button carries. Slack hands it back as it is, to whoever asks: it has no secret in it. */
export function buttonValue({ jobId, waitId, answer }: Pressed): string {
  const said = answer.kind === "choice" ? { c: answer.id } : { v: answer.kind };
  return JSON.stringify({ j: jobId, w: waitId, ...said });
}

/** Of a list to choose from: its options carry the choice alone, because they may be 150 characters only. */
export function listActionId({ jobId, waitId }: Asked): string {
  return JSON.stringify({ j: jobId, w: waitId });
}

/** What was pressed, or `null` where it is nothing of ours. */
export function readAction({ actionId, value, selected }: BlockAction): Pressed | null {
  const json = parsed(value ?? actionId);
  const [jobId, waitId] = [textAt(json, "j"), textAt(json, "w")];
  if (jobId === null || waitId === null) return null;
  if (value === null) {
    return selected === null ? null : { jobId, waitId, answer: { kind: "choice", id: selected } };
  }
  const choice = textAt(json, "c");
  if (choice !== null) return { jobId, waitId, answer: { kind: "choice", id: choice } };
  const kind = VERBS.find((verb) => verb === textAt(json, "v"));
  return kind === undefined ? null : { jobId, waitId, answer: { kind } };
}

const VERBS = ["submit", "accept", "decline"] as const;

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // What others put into their buttons is no JSON.
    return null;
  }
}

/** Before the name of a field: blocks of other kinds have ids as well. */
const FIELD = "field.";

/** The block of a field, by which its value comes back. */
export function fieldBlockId(name: string): string {
  return `${FIELD}${name}`;
}

/**
 * What stands in the fields of a message or a view, by their names, as `valuesOf` takes it. What was left
 * empty is left out; a box that was not ticked is `false`.
 *
 * @param stateValues By `block_id` and `action_id`, as Slack sends it.
 */
export function readFields(stateValues: JsonObject): { readonly [name: string]: string } {
  const found = Object.entries(stateValues).flatMap(([blockId, elements]) => {
    if (!blockId.startsWith(FIELD) || !isJsonObject(elements)) return [];
    const [element = null] = Object.values(elements);
    const text = elementText(element);
    return text === null ? [] : [[blockId.slice(FIELD.length), text] as const];
  });
  return Object.fromEntries(found);
}

function elementText(element: Json): string | null {
  switch (textAt(element, "type")) {
    case "static_select":
      return textAt(objectAt(element, "selected_option"), "value");
    case "checkboxes":
      return String(objectsAt(element, "selected_options").length > 0);
    default:
      return textAt(element, "value");
  }
}
