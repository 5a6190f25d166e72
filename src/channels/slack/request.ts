import type { Json, JsonObject } from "../../lang/json.ts";

/** What Slack sends, read: everything a request may be, whichever of the URLs it came to. */
export type SlackRequest =
  | { readonly kind: "ssl_check" }
  | SlashCommand
  | BlockActions
  | View
  | GlobalShortcut
  | MessageAction
  | BlockSuggestion
  /** A form of interaction that means nothing here: it is taken note of, and nothing more. */
  | { readonly kind: "other"; readonly type: string }
  | { readonly kind: "url_verification"; readonly challenge: string }
  | EventCallback
  | { readonly kind: "app_rate_limited"; readonly teamId: string };

/** What may start a job. */
export type SlackStart = SlashCommand | GlobalShortcut | MessageAction | EventCallback;

/** Who did it, and where. All texts are as they were typed: `&`, `<` and `>` stand for themselves. */
type Origin = {
  /** Empty where an app is installed for a whole organization, and no workspace is meant. */
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string | null;
};

export type SlashCommand = Origin & {
  readonly kind: "command";
  /** With its slash. */
  readonly command: string;
  readonly text: string;
  readonly channelId: string;
  readonly responseUrl: string;
  /** Of this one use of the command, and of no other: what makes it the same one when it comes twice. */
  readonly triggerId: string;
};

/** Somebody has pressed or chosen something in a message. */
export type BlockActions = Origin & {
  readonly kind: "block_actions";
  readonly channelId: string | null;
  readonly responseUrl: string | null;
  readonly triggerId: string | null;
  readonly messageTs: string | null;
  readonly threadTs: string | null;
  readonly actions: readonly BlockAction[];
  /** What stands in the message's fields, by `block_id` and `action_id`. */
  readonly stateValues: JsonObject;
};

export type BlockAction = {
  readonly actionId: string;
  /** Of a button. */
  readonly value: string | null;
  /** Of a list that one thing was chosen from. */
  readonly selected: string | null;
};

type View = Origin & {
  readonly kind: "view_submission" | "view_closed";
  readonly callbackId: string;
  readonly privateMetadata: string;
  readonly stateValues: JsonObject;
};

export type GlobalShortcut = Origin & {
  readonly kind: "shortcut";
  readonly callbackId: string;
  readonly triggerId: string;
};

/** A shortcut that was called on a message. */
export type MessageAction = Origin & {
  readonly kind: "message_action";
  readonly callbackId: string;
  readonly channelId: string;
  readonly responseUrl: string;
  readonly triggerId: string;
  readonly messageText: string;
  readonly messageTs: string;
  readonly threadTs: string | null;
};

type BlockSuggestion = Origin & {
  readonly kind: "block_suggestion";
  readonly actionId: string;
  /** What was typed so far. */
  readonly value: string;
};

export type EventCallback = {
  readonly kind: "event_callback";
  /** The same when Slack sends it again. */
  readonly eventId: string;
  readonly teamId: string;
  readonly event: SlackEvent;
  /** Said by this app or by another one: who answers it answers itself, for ever. */
  readonly isOwn: boolean;
};

export type SlackEvent = {
  readonly type: string;
  readonly user: string | null;
  readonly text: string | null;
  readonly channel: string | null;
  readonly ts: string | null;
  readonly threadTs: string | null;
  readonly botId: string | null;
  /** All that was said of it, as it came. */
  readonly whole: JsonObject;
};

/** What the places of a payload in the settings may name: `{text}`, `{user.id}`, `{event.channel}`. */
export function scopeOf(start: SlackStart): JsonObject {
  const user = start.kind === "event_callback" ? start.event.user : start.userId;
  const name = start.kind === "event_callback" ? null : start.userName;
  return {
    text: textOf(start),
    command: start.kind === "command" ? start.command : null,
    user: { id: user, name },
    channel: { id: channelOf(start) },
    team: { id: start.teamId },
    ...(start.kind === "message_action"
      ? { message: { text: start.messageText, ts: start.messageTs } }
      : {}),
    ...(start.kind === "event_callback"
      ? { event: { ...start.event.whole, text: start.event.text } }
      : {}),
  };
}

function textOf(start: SlackStart): Json {
  switch (start.kind) {
    case "command":
      return start.text;
    case "message_action":
      return start.messageText;
    case "event_callback":
      return start.event.text;
    case "shortcut":
      return null;
  }
}

function channelOf(start: SlackStart): Json {
  switch (start.kind) {
    case "command":
    case "message_action":
      return start.channelId;
    case "event_callback":
      return start.event.channel;
    case "shortcut":
      return null;
  }
}
