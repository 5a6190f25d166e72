import type { Received, Reply } from "../http.ts";
import {
  codePoints,
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  parsedJson,
  textOf,
} from "../json.ts";
import { type FormFault, invalidForm, REFUSALS, refusalReply } from "./errors.ts";
import type { DiscordWorld } from "./world.ts";

const ROUTE = /^\/applications\/(\d+)(?:\/guilds\/(\d+))?\/commands$/;

const CHAT_INPUT = 1;
const MAX_BY_TYPE: { readonly [type: number]: number } = { 1: 100, 2: 15, 3: 15 };
const OPTIONS_MAX = 25;
const SUB_COMMANDS: readonly unknown[] = [1, 2];
const SLASH_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** What Discord adds to a command that says nothing of it. */
const DEFAULTS = {
  type: CHAT_INPUT,
  name_localizations: null,
  description_localizations: null,
  default_member_permissions: null,
  dm_permission: true,
  nsfw: false,
};

/** The commands of an application, everywhere and in single guilds. */
export class CommandRoutes {
  readonly #world: DiscordWorld;
  /** By the guild; "" = everywhere. */
  readonly #lists = new Map<string, readonly Fields[]>();

  constructor(world: DiscordWorld) {
    this.#world = world;
  }

  /** The commands of a guild; left out, those that are everywhere. */
  commands(guildId: string = ""): readonly Fields[] {
    return this.#lists.get(guildId) ?? [];
  }

  /** `null` = the path is another one. */
  reply({ path, method, bytes }: Received): Reply | null {
    const [, applicationId, guildId = ""] = ROUTE.exec(path) ?? [];
    if (applicationId === undefined) return null;
    if (applicationId !== this.#world.options.applicationId) {
      return refusalReply(REFUSALS.notFound);
    }
    if (method === "GET") return { status: 200, body: this.commands(guildId) };
    if (method !== "PUT") return refusalReply(REFUSALS.notFound);
    const list = parsedJson(new TextDecoder().decode(bytes));
    if (!Array.isArray(list) || !list.every(isFields)) return refusalReply(REFUSALS.noJson);
    const faults = listFaults(list);
    if (faults.length > 0) {
      this.#world.breaches.add("invalid_body", "commands", JSON.stringify(faults));
      return refusalReply(invalidForm(faults).refusal, faults);
    }
    const stored = list.map((command) => this.#stored(command, guildId));
    this.#lists.set(guildId, stored);
    return { status: 200, body: stored };
  }

  /** Whoever has a name already keeps their id. */
  #stored(command: Fields, guildId: string): Fields {
    const type = command["type"] ?? CHAT_INPUT;
    const known = this.commands(guildId).find(
      (one) => one["name"] === command["name"] && one["type"] === type,
    );
    const everywhere = { contexts: null, integration_types: [0] };
    return {
      ...DEFAULTS,
      ...(guildId === "" ? everywhere : { guild_id: guildId }),
      description: "",
      ...command,
      ...(listOf(command["options"]).length > 0 ? {} : { options: undefined }),
      id: known?.["id"] ?? this.#world.newId(),
      application_id: this.#world.options.applicationId,
      version: this.#world.newId(),
    };
  }
}

function listFaults(list: readonly Fields[]): readonly FormFault[] {
  const names = list.map(({ type, name }) => `${type ?? CHAT_INPUT} ${name}`);
  const isDoubled = new Set(names).size < names.length;
  const isTooMany = Object.entries(MAX_BY_TYPE).some(
    ([type, max]) => list.filter((one) => (one["type"] ?? 1) === Number(type)).length > max,
  );
  return [
    ...(isDoubled
      ? [
          fault(
            [],
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
            "Application command names must be unique",
          ),
        ]
      : []),
    ...(isTooMany ? [fault([], "BASE_TYPE_MAX_LENGTH", "Too many commands of a type")] : []),
    ...list.flatMap((command, index) => commandFaults(command, [String(index)])),
  ];
}

function commandFaults(command: Fields, path: readonly string[]): readonly FormFault[] {
  const { name, description } = command;
  if ((command["type"] ?? CHAT_INPUT) !== CHAT_INPUT) {
    const isSaid = textOf(description) !== "";
    return isSaid
      ? [fault([...path, "description"], "DESCRIPTION_MUST_BE_EMPTY", "Must be empty")]
      : [];
  }
  const text = textOf(name);
  const isNamed = SLASH_NAME.test(text) && text === text.toLowerCase();
  const length = codePoints(textOf(description));
  return [
    ...(isNamed
      ? []
      : [fault([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")]),
    ...(length >= 1 && length <= 100
      ? []
      : [fault([...path, "description"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100.")]),
    ...optionFaults(listOf(command["options"]).map(fieldsOf), [...path, "options"]),
  ];
}

function optionFaults(options: readonly Fields[], path: readonly string[]): readonly FormFault[] {
  const firstOptional = options.findIndex(({ required }) => required !== true);
  const isOutOfOrder =
    firstOptional !== -1 && options.slice(firstOptional).some(({ required }) => required === true);
  const isDoubled = new Set(options.map(({ name }) => name)).size < options.length;
  const message = "Required options must be placed before non-required options";
  return [
    ...(options.length > OPTIONS_MAX
      ? [fault(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")]
      : []),
    ...(isOutOfOrder ? [fault(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)] : []),
    ...(isDoubled
      ? [fault(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name exists")]
      : []),
    ...options.flatMap((option, index) => oneOptionFaults(option, [...path, String(index)])),
  ];
}

/** Sub-commands are made as commands are; of all others, the name and the description are. */
function oneOptionFaults(option: Fields, path: readonly string[]): readonly FormFault[] {
  const { type, choices } = option;
  const isCommand = SUB_COMMANDS.includes(type);
  const own = isCommand ? option : { ...option, options: [] };
  const both = option["autocomplete"] === true && listOf(choices).length > 0;
  return [
    ...commandFaults({ ...own, type: CHAT_INPUT }, path),
    ...(both
      ? [
          fault(
            [...path, "choices"],
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            "Not with autocomplete",
          ),
        ]
      : []),
  ];
}

function fault(path: readonly string[], code: string, message: string): FormFault {
  return { path, code, message };
}
