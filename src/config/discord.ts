import * as z from "zod";
import type {
  DiscordCommand,
  DiscordOption,
  DiscordSettings,
  Run as RunSettings,
} from "../core/channel/channel-settings.ts";
import { NO_SETTINGS } from "../core/plugin/settings.ts";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { minutes, seconds } from "../lang/time.ts";
import { commandFaults } from "./discord-commands.ts";
import { DiscordOptions, knownOptionKeys } from "./discord-options.ts";
import { duration } from "./duration.ts";
import { RunTarget } from "./run-target.ts";

/** Discord's tokens live for 15 min; in less than 5 s nothing could be said with one. */
const TOKEN_LIFE = { minMs: seconds(5), maxMs: minutes(15) };

/** Discord's limit. */
const DESCRIPTION_LENGTH_MAX = 100;
const DESCRIPTION_FAULT = `Must be at most ${DESCRIPTION_LENGTH_MAX} characters`;

const Payload = z.custom<JsonObject>(isJsonObject, "Must be a map of keys and values");

const Command = z.strictObject({
  name: z.string("Must be the name as it is typed, such as ai"),
  type: z.enum(["slash", "user", "message"]).nullish(),
  description: z.string().trim().max(DESCRIPTION_LENGTH_MAX, DESCRIPTION_FAULT).nullish(),
  options: DiscordOptions.nullish(),
  run: RunTarget,
  payload: Payload.nullish(),
  ephemeral: z.boolean().nullish(),
  long_text: z.enum(["messages", "file"]).nullish(),
  mentions: z.enum(["none", "users"]).nullish(),
  answers: z.enum(["invoker", "anyone"]).nullish(),
});

/** `discord` in `holdline.yaml`. */
export const Discord = z
  .strictObject({
    commands: z.array(Command).nullish(),
    token_life: duration(TOKEN_LIFE).nullish(),
  })
  .superRefine(
    ({ commands }, context) => {
      for (const { path, message } of commandFaults(commands)) {
        context.addIssue({ code: "custom", path: ["commands", ...path], message });
      }
    },
    // Also where a key has a fault of its own: all are told at once.
    { when: ({ value }) => isJsonObject(value) },
  );

/** The keys that may be at `path`, for the "did you mean". */
export function knownDiscordKeys(path: string): readonly string[] {
  if (path === "discord") return Object.keys(Discord.shape);
  return knownOptionKeys(path) ?? Object.keys(Command.shape);
}

export function discordSettings({
  commands,
  token_life: tokenLifeMs,
}: z.output<typeof Discord>): DiscordSettings {
  return {
    commands: (commands ?? []).map(commandIn),
    tokenLifeMs: tokenLifeMs ?? NO_SETTINGS.discord.tokenLifeMs,
  };
}

function commandIn(command: z.output<typeof Command>): DiscordCommand {
  return {
    name: command.name,
    type: command.type ?? "slash",
    description: command.description ?? "",
    options: (command.options ?? []).map(optionIn),
    run: runIn(command.run, command.payload),
    isEphemeral: command.ephemeral ?? false,
    longText: command.long_text ?? "messages",
    mentions: command.mentions ?? "none",
    answers: command.answers ?? "invoker",
  };
}

function optionIn(option: z.output<typeof DiscordOptions>[number]): DiscordOption {
  const { autocomplete } = option;
  const isSet = autocomplete !== null && autocomplete !== undefined;
  return {
    name: option.name,
    type: option.type,
    description: option.description,
    isRequired: option.required ?? false,
    choices: option.choices ?? [],
    autocomplete: isSet ? runIn(autocomplete.run, autocomplete.payload) : null,
    min: option.min ?? null,
    max: option.max ?? null,
  };
}

function runIn(run: string, payload: JsonObject | null | undefined): RunSettings {
  const [plugin = "", command = ""] = run.split("/");
  return { plugin, command, payload: payload ?? null };
}
