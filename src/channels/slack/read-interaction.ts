import type { JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { objectAt, objectsAt, textAt } from "./json-at.ts";
import type { BlockAction, SlackRequest } from "./request.ts";
import { typed } from "./text.ts";

type Reader = (json: JsonObject, origin: Origin) => Result<SlackRequest, string>;

type Origin = {
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string | null;
};

/** What the `payload` of an interaction says. */
export function readInteraction(json: JsonObject): Result<SlackRequest, string> {
  const type = textAt(json, "type");
  if (type === null) return refuse("Send an interaction: it has no type");
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader === undefined) return ok({ kind: "other", type });
  const userId = textAt(json, "user", "id");
  if (userId === null) return refuse(`Send ${type} with a user`);
  return reader(json, {
    userId,
    userName: textAt(json, "user", "username") ?? textAt(json, "user", "name"),
    teamId: textAt(json, "team", "id") ?? textAt(json, "user", "team_id") ?? "",
  });
}

const readBlockActions: Reader = (json, origin) =>
  ok({
    kind: "block_actions",
    ...origin,
    channelId: textAt(json, "channel", "id") ?? textAt(json, "container", "channel_id"),
    responseUrl: textAt(json, "response_url"),
    triggerId: textAt(json, "trigger_id"),
    messageTs: textAt(json, "container", "message_ts") ?? textAt(json, "message", "ts"),
    threadTs: textAt(json, "container", "thread_ts") ?? textAt(json, "message", "thread_ts"),
    actions: objectsAt(json, "actions").flatMap(actionsIn),
    stateValues: objectAt(json, "state", "values"),
  });

function actionsIn(action: JsonObject): readonly BlockAction[] {
  const actionId = textAt(action, "action_id");
  if (actionId === null) return [];
  const selected = textAt(action, "selected_option", "value");
  return [{ actionId, value: textAt(action, "value"), selected }];
}

const readView: Reader = (json, origin) =>
  ok({
    kind: textAt(json, "type") === "view_closed" ? "view_closed" : "view_submission",
    ...origin,
    callbackId: textAt(json, "view", "callback_id") ?? "",
    privateMetadata: textAt(json, "view", "private_metadata") ?? "",
    stateValues: objectAt(json, "view", "state", "values"),
  });

const readShortcut: Reader = (json, origin) => {
  const callbackId = textAt(json, "callback_id");
  const triggerId = textAt(json, "trigger_id");
  if (callbackId === null || triggerId === null) {
    return refuse("Send a shortcut with callback_id and trigger_id");
  }
  return ok({ kind: "shortcut", ...origin, callbackId, triggerId });
};

const readMessageAction: Reader = (json, origin) => {
  const callbackId = textAt(json, "callback_id");
  const triggerId = textAt(json, "trigger_id");
  const responseUrl = textAt(json, "response_url");
  const channelId = textAt(json, "channel", "id");
  const messageTs = textAt(json, "message", "ts") ?? textAt(json, "message_ts");
  const found = [callbackId, triggerId, responseUrl, channelId, messageTs];
  if (!isEach(found)) {
    return refuse(
      "Send a message_action with callback_id, trigger_id, response_url, channel and message",
    );
  }
  const [callback, trigger, url, channel, ts] = found;
  return ok({
    kind: "message_action",
    ...origin,
    callbackId: callback,
    triggerId: trigger,
    responseUrl: url,
    channelId: channel,
    messageTs: ts,
    messageText: typed(textAt(json, "message", "text") ?? ""),
    threadTs: textAt(json, "message", "thread_ts"),
  });
};

type Found = readonly [string, string, string, string, string];

function isEach(found: readonly (string | null)[]): found is Found {
  return found.every((text) => text !== null);
}

const readSuggestion: Reader = (json, origin) =>
  ok({
    kind: "block_suggestion",
    ...origin,
    actionId: textAt(json, "action_id") ?? "",
    value: textAt(json, "value") ?? "",
  });

const READERS: { readonly [type: string]: Reader } = {
  block_actions: readBlockActions,
  view_submission: readView,
  view_closed: readView,
  shortcut: readShortcut,
  message_action: readMessageAction,
  block_suggestion: readSuggestion,
};
