import * as z from "zod";
import type { SlackCommand, SlackSettings } from "../core/channel/channel-settings.ts";
import { NO_SETTINGS } from "../core/plugin/settings.ts";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { minutes, seconds } from "../lang/time.ts";
import { duration } from "./duration.ts";
import { RunTarget } from "./run-target.ts";
import { placeFaults } from "./template-places.ts";

/** Slack's own bound, the slash included. */
const COMMAND_FORM = /^\/[\p{Ll}\p{Lo}\p{N}_-]{1,31}$/u;

const CommandName = z
  .string()
  .regex(COMMAND_FORM, "Must begin with / and be in lower case, at most 32 characters: /ai");

const CallbackId = z.string().regex(/^.{1,255}$/, "Must be a callback id of 1 to 255 characters");

const EventName = z
  .string()
  .regex(/^[a-z][a-z0-9_.]{0,63}$/, "Must be the type of an event, such as app_mention");

const Payload = z.custom<JsonObject>(isJsonObject, "Must be a map of keys and values");

/** What places of payloads begin with: see `scopeOf` of the channel. */
const ROOTS = ["text", "command", "user", "channel", "team", "message", "event"];

const Template = Payload.superRefine((template, context) => {
  for (const message of placeFaults(template, ROOTS)) {
    context.addIssue({ code: "custom", message });
  }
});

const Command = z.strictObject({
  run: RunTarget,
  payload: Template.nullish(),
  response: z.enum(["in_channel", "ephemeral"]).nullish(),
  answers: z.enum(["invoker", "anyone"]).nullish(),
});

/** Below the first nothing could be answered, and beyond the second Slack takes no answer. */
const URL_LIFE = { minMs: seconds(10), maxMs: minutes(30) };

/** `slack` in `holdline.yaml`. */
export const Slack = z.strictObject({
  commands: z.record(CommandName, Command).nullish(),
  shortcuts: z.record(CallbackId, Command).nullish(),
  events: z.record(EventName, Command).nullish(),
  url_life: duration(URL_LIFE).nullish(),
});

/** The keys that may be at `path`, for the "did you mean". */
export function knownSlackKeys(path: string): readonly string[] {
  return Object.keys(path === "slack" ? Slack.shape : Command.shape);
}

export function slackSettings(given: z.output<typeof Slack>): SlackSettings {
  const { commands, shortcuts, events, url_life: urlLifeMs } = given;
  return {
    commands: commandsIn(commands ?? {}),
    shortcuts: commandsIn(shortcuts ?? {}),
    events: commandsIn(events ?? {}),
    urlLifeMs: urlLifeMs ?? NO_SETTINGS.slack.urlLifeMs,
  };
}

function commandsIn(given: { readonly [name: string]: z.output<typeof Command> }) {
  return Object.fromEntries(
    Object.entries(given).map(([name, command]) => [name, commandOf(command)]),
  );
}

function commandOf({ run, payload, response, answers }: z.output<typeof Command>): SlackCommand {
  const [plugin = "", command = ""] = run.split("/");
  return {
    run: { plugin, command, payload: payload ?? null },
    response: response ?? "ephemeral",
    answers: answers ?? "invoker",
  };
}
