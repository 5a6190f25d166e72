import type { JsonObject } from "../../lang/json.ts";
import { utf8Length } from "../../lang/text.ts";

/** The largest state document, as JSON in UTF-8 (plugin protocol, section Response). */
export const STATE_BYTES_MAX = 1_048_576;

/** What an attempt changes in its plugin's state document. */
export type StateUpdates = {
  readonly updates: JsonObject;
  /** `true`: the updates are the new document, and every other key is gone. */
  readonly replace: boolean;
};

/**
 * The state after an attempt: key by key, one level deep.
 *
 * Keys are defined, never assigned: a key `__proto__`, which JSON may have, stays a key like any other
 * and reaches no prototype.
 */
export function merged(state: JsonObject, { updates, replace }: StateUpdates): JsonObject {
  const before = replace ? [] : Object.entries(state);
  return Object.fromEntries([...before, ...Object.entries(updates)]);
}

/** Whether what is left after the updates is a document that a lane keeps. */
export function isStateWithin(state: JsonObject, updates: StateUpdates): boolean {
  return utf8Length(JSON.stringify(merged(state, updates))) <= STATE_BYTES_MAX;
}
