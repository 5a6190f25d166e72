import type { APIInteractionResponse } from "discord-api-types/v10";
import type { JsonObject } from "../../lang/json.ts";
import { shortened } from "./text.ts";

/** What an interaction is answered with at once, as data: the body of the 200. */

/** Only who did it sees it. */
export const EPHEMERAL = 64;

/** Discord's limits. */
const CHOICES_MAX = 25;
const CHOICE_LENGTH_MAX = 100;

export function pong() {
  return { type: 1 } satisfies APIInteractionResponse;
}

/** A message now. */
export function messageReply(data: JsonObject, isEphemeral: boolean): JsonObject {
  return { type: 4, data: isEphemeral ? { ...data, flags: EPHEMERAL } : data };
}

/** A line of text now, that pings nobody. */
export function textReply(content: string, isEphemeral: boolean): JsonObject {
  return messageReply({ content, allowed_mentions: { parse: [] } }, isEphemeral);
}

/** "Thinking…", until the message is edited. Who sees that one is settled now. */
export function deferredReply(isEphemeral: boolean) {
  return {
    type: 5,
    data: isEphemeral ? { flags: EPHEMERAL } : {},
  } satisfies APIInteractionResponse;
}

/** The message of the component that was used, edited now. */
export function updateReply(data: JsonObject): JsonObject {
  return { type: 7, data };
}

/** The same, edited later; nothing is seen until then. */
export function deferredUpdateReply() {
  return { type: 6 } satisfies APIInteractionResponse;
}

export type Suggestion = { readonly name: string; readonly value: string | number };

/** What is suggested while somebody types. A value that is too long is no suggestion: it cannot be cut. */
export function suggestReply(suggestions: readonly Suggestion[]) {
  const choices = suggestions
    .filter(({ name }) => name.trim() !== "")
    .filter(({ value }) => typeof value === "number" || value.length <= CHOICE_LENGTH_MAX)
    .slice(0, CHOICES_MAX)
    .map(({ name, value }) => ({ name: shortened(name, CHOICE_LENGTH_MAX), value }));
  return { type: 8, data: { choices } } satisfies APIInteractionResponse;
}

/** A form, as `modalOf` makes it. */
export function modalReply(data: JsonObject): JsonObject {
  return { type: 9, data };
}
