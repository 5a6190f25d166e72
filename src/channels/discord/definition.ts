import type { ApplicationCommandOptionType, ApplicationCommandType } from "discord-api-types/v10";
import type { DiscordCommand, DiscordOption } from "../../core/channel/channel-settings.ts";
import type { JsonObject } from "../../lang/json.ts";

const TYPES = { slash: 1, user: 2, message: 3 } as const satisfies {
  readonly [type in DiscordCommand["type"]]: ApplicationCommandType;
};

const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;

const OPTION_TYPES = {
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const satisfies {
  readonly [type in DiscordOption["type"]]: ApplicationCommandOptionType;
};

/** The commands as Discord takes them, all at once: what is not among them is removed there. */
export function discordDefinitions(commands: readonly DiscordCommand[]): readonly Definition[] {
  const slash = commands.filter(({ type }) => type === "slash").map(pathed);
  const menus = commands
    .filter(({ type }) => type !== "slash")
    .map(({ name, type }) => ({ name, type: TYPES[type] }));
  return [...levels(slash).map(definitionOf), ...menus];
}

/** A body of `PUT /applications/{id}/commands` is a list of these. */
export type Definition = JsonObject & { readonly name: string; readonly type: number };

/** A command with the words of its name that are left. */
type Pathed = { readonly words: readonly string[]; readonly command: DiscordCommand };

type Level = { readonly name: string; readonly below: readonly Pathed[] };

function pathed(command: DiscordCommand): Pathed {
  return { words: command.name.split(" "), command };
}

/** By their first words, in the order of the settings. */
function levels(all: readonly Pathed[]): readonly Level[] {
  const names = [...new Set(all.map(({ words: [first = ""] }) => first))];
  return names.map((name) => ({
    name,
    below: all
      .filter(({ words }) => words[0] === name)
      .map(({ words, command }) => ({ words: words.slice(1), command })),
  }));
}

function definitionOf({ name, below }: Level): Definition {
  const itself = below.find(({ words }) => words.length === 0);
  return { type: TYPES.slash, ...leafOrLevel({ name, below }, itself) };
}

function leafOrLevel(
  { name, below }: Level,
  itself: Pathed | undefined,
): JsonObject & { readonly name: string } {
  if (itself !== undefined) {
    const { description, options } = itself.command;
    return { name, description, options: inOrder(options).map(optionOf) };
  }
  const options = levels(below).map((level) => {
    const leaf = level.below.find(({ words }) => words.length === 0);
    const type = leaf === undefined ? SUB_COMMAND_GROUP : SUB_COMMAND;
    return { type, ...leafOrLevel(level, leaf) };
  });
  // Discord asks for one, and shows it nowhere: only what is below can be used.
  return { name, description: `/${name}`, options };
}

/** Discord wants the required ones first. */
function inOrder(options: readonly DiscordOption[]): readonly DiscordOption[] {
  return [
    ...options.filter(({ isRequired }) => isRequired),
    ...options.filter(({ isRequired }) => !isRequired),
  ];
}

function optionOf(option: DiscordOption): JsonObject {
  const { name, type, description, isRequired, choices, autocomplete } = option;
  return {
    type: OPTION_TYPES[type],
    name,
    description,
    required: isRequired,
    ...(choices.length === 0 ? {} : { choices }),
    ...(autocomplete === null ? {} : { autocomplete: true }),
    ...boundsOf(option),
  };
}

function boundsOf({ type, min, max }: DiscordOption): JsonObject {
  const what = type === "string" ? "length" : "value";
  return {
    ...(min === null ? {} : { [`min_${what}`]: min }),
    ...(max === null ? {} : { [`max_${what}`]: max }),
  };
}
