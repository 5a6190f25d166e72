import type { Fields } from "../json.ts";
import type { FormField, OpenForm } from "./inline-answer.ts";
import type { Interaction } from "./interaction.ts";
import { INTERACTION } from "./limits.ts";
import { messageJson, type StoredMessage } from "./stored-message.ts";

/** Where the people of the simulator are, and what may be done there. */
const GUILD_ID = "1090000000000000010";
const PERMISSIONS = "2147483647";
const BUTTON = 2;
const TEXT_INPUT = 4;
const LABEL = 18;
const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;

/** Of slash commands: Discord's numbers of what an option holds. */
const OPTION_TYPES = { string: 3, integer: 4, boolean: 5, number: 10 } as const;

export type GivenOption = {
  readonly name: string;
  readonly type: keyof typeof OPTION_TYPES;
  readonly value: string | number | boolean;
};

/** What all interactions have, as Discord sends it: in a guild, or alone with the bot. */
export function interactionBody(
  interaction: Interaction,
  about: { readonly fileBytesMax: number; readonly data: Fields; readonly more?: Fields },
): Fields {
  const { id, applicationId, token, type, channelId, isUserInstalled } = interaction;
  return {
    id,
    application_id: applicationId,
    version: 1,
    token,
    type,
    entitlements: [],
    attachment_size_limit: about.fileBytesMax,
    app_permissions: "442368",
    locale: "en-US",
    channel_id: channelId,
    ...(isUserInstalled ? aloneWith(interaction) : inGuild(interaction)),
    data: about.data,
    ...about.more,
  };
}

function inGuild({ channelId, userId }: Interaction): Fields {
  return {
    authorizing_integration_owners: { 0: GUILD_ID },
    context: 0,
    guild_locale: "en-US",
    guild_id: GUILD_ID,
    guild: { id: GUILD_ID, locale: "en-US", features: [] },
    channel: {
      id: channelId,
      type: 0,
      name: "general",
      guild_id: GUILD_ID,
      permissions: PERMISSIONS,
    },
    member: {
      user: userJson(userId),
      roles: [],
      premium_since: null,
      permissions: PERMISSIONS,
      pending: false,
      nick: null,
      mute: false,
      deaf: false,
      joined_at: "2024-03-13T19:19:14.040000+00:00",
      flags: 0,
    },
  };
}

function aloneWith({ channelId, userId }: Interaction): Fields {
  return {
    authorizing_integration_owners: { 1: userId },
    context: 1,
    channel: { id: channelId, type: 1, recipients: [userJson(userId)] },
    user: userJson(userId),
  };
}

function userJson(id: string): Fields {
  return {
    id,
    username: "mina",
    discriminator: "0",
    global_name: "Mina",
    avatar: null,
    public_flags: 0,
  };
}

/** A slash command of up to three words, such as `job admin cancel`. */
export function commandData(id: string, name: string, options: readonly GivenOption[]): Fields {
  const [command = "", ...inner] = name.split(" ");
  const given: readonly Fields[] = options.map((option) => ({
    ...option,
    type: OPTION_TYPES[option.type],
  }));
  const nested = inner.reduceRight<readonly Fields[]>(
    (inside, word, depth) => [
      {
        name: word,
        type: depth === inner.length - 1 ? SUB_COMMAND : SUB_COMMAND_GROUP,
        options: inside,
      },
    ],
    given,
  );
  return { id, name: command, type: 1, ...(nested.length === 0 ? {} : { options: nested }) };
}

/** A button that is pressed on a message. */
export function pressData(customId: string, message: StoredMessage, applicationId: string) {
  return {
    data: { custom_id: customId, component_type: BUTTON, id: 1 },
    more: { message: messageJson(message, applicationId) },
  };
}

/** A form that is sent: every field with what was filled in, or with what it begins with. */
export function formData(
  { customId, fields }: OpenForm,
  values: { readonly [customId: string]: string },
): Fields {
  const components = fields.map((field, index) => ({
    type: LABEL,
    id: 2 * index + 1,
    component: { id: 2 * index + 2, ...filled(field, values) },
  }));
  return { custom_id: customId, components };
}

function filled(
  { customId, type, value, options }: FormField,
  values: { readonly [customId: string]: string },
): Fields {
  const given = values[customId] ?? (value === "" ? (options[0] ?? "") : value);
  const about = { type, custom_id: customId };
  return type === TEXT_INPUT ? { ...about, value: given } : { ...about, values: [given] };
}

/** Of the interaction types, by what somebody does. */
export const TYPE_OF = {
  command: INTERACTION.command,
  press: INTERACTION.component,
  form: INTERACTION.modal,
} as const;
