import type { JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { objectAt, objectsAt, textAt } from "./json-at.ts";
import type { EventCallback, SlackEvent, SlackRequest } from "./request.ts";
import { typed } from "./text.ts";

/** What the Events API sends. */
export function readEvent(json: JsonObject): Result<SlackRequest, string> {
  const type = textAt(json, "type");
  switch (type) {
    case "url_verification": {
      const challenge = textAt(json, "challenge");
      return challenge === null
        ? refuse("Send a challenge with url_verification")
        : ok({ kind: "url_verification", challenge });
    }
    case "event_callback":
      return readEventCallback(json);
    case "app_rate_limited":
      return ok({ kind: "app_rate_limited", teamId: textAt(json, "team_id") ?? "" });
    case null:
      return refuse("Send an event: it has no type");
    default:
      return ok({ kind: "other", type });
  }
}

function readEventCallback(json: JsonObject): Result<EventCallback, string> {
  const eventId = textAt(json, "event_id");
  const whole = objectAt(json, "event");
  const type = textAt(whole, "type");
  if (eventId === null || type === null) {
    return refuse("Send an event: it has no event_id, or no event with a type");
  }
  const event = eventOf(type, whole);
  return ok({
    kind: "event_callback",
    eventId,
    teamId: textAt(json, "team_id") ?? "",
    event,
    isOwn: event.botId !== null || isByApp(json, event),
  });
}

function eventOf(type: string, whole: JsonObject): SlackEvent {
  const text = textAt(whole, "text");
  return {
    type,
    // Events of members and files hold an object there.
    user: textAt(whole, "user") ?? textAt(whole, "user", "id"),
    text: text === null ? null : typed(text),
    channel: textAt(whole, "channel") ?? textAt(whole, "channel", "id"),
    ts: textAt(whole, "ts"),
    threadTs: textAt(whole, "thread_ts"),
    botId: textAt(whole, "bot_id"),
    whole,
  };
}

/** Whether the app's own user has said it. People who have authorized the app are no bots. */
function isByApp(json: JsonObject, { user, whole }: SlackEvent): boolean {
  const appId = textAt(whole, "app_id");
  if (appId !== null && appId === textAt(json, "api_app_id")) return true;
  const bots = objectsAt(json, "authorizations").filter((each) => each["is_bot"] === true);
  return user !== null && bots.some((bot) => bot["user_id"] === user);
}
