import type { RESTPutAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import { ApplicationCommandOptionType, ApplicationCommandType } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";
import { discordDefinitions } from "../../../src/channels/discord/definition.ts";
import { definitionChanges } from "../../../src/channels/discord/definition-changes.ts";
import type { DiscordCommand, DiscordOption } from "../../../src/core/channel/channel-settings.ts";
import type { JsonObject } from "../../../src/lang/json.ts";

const RUN = { plugin: "text", command: "summarize", payload: null };

function aCommand(name: string, over: Partial<DiscordCommand> = {}): DiscordCommand {
  return {
    name,
    type: "slash",
    description: `About ${name}`,
    options: [],
    run: RUN,
    isEphemeral: false,
    longText: "messages",
    mentions: "none",
    answers: "invoker",
    ...over,
  };
}

function anOption(name: string, over: Partial<DiscordOption> = {}): DiscordOption {
  return {
    name,
    type: "string",
    description: `About ${name}`,
    isRequired: false,
    choices: [],
    autocomplete: null,
    min: null,
    max: null,
    ...over,
  };
}

describe("discordDefinitions", () => {
  test("are as Discord's own types have them", () => {
    const options = [
      anOption("text", { max: 6000, min: 1 }),
      anOption("count", { type: "integer", isRequired: true, min: -1, max: 5 }),
      anOption("size", { choices: [{ name: "Small", value: "s" }] }),
      anOption("city", { autocomplete: RUN }),
    ];
    const wanted: RESTPutAPIApplicationCommandsJSONBody = [
      {
        type: ApplicationCommandType.ChatInput,
        name: "ai",
        description: "About ai",
        options: [
          {
            type: ApplicationCommandOptionType.Integer,
            name: "count",
            description: "About count",
            required: true,
            min_value: -1,
            max_value: 5,
          },
          {
            type: ApplicationCommandOptionType.String,
            name: "text",
            description: "About text",
            required: false,
            min_length: 1,
            max_length: 6000,
          },
          {
            type: ApplicationCommandOptionType.String,
            name: "size",
            description: "About size",
            required: false,
            choices: [{ name: "Small", value: "s" }],
          },
          {
            type: ApplicationCommandOptionType.String,
            name: "city",
            description: "About city",
            required: false,
            autocomplete: true,
          },
        ],
      },
      { type: ApplicationCommandType.User, name: "Greet" },
      { type: ApplicationCommandType.Message, name: "Sum it up" },
    ];

    expect(
      discordDefinitions([
        aCommand("ai", { options }),
        aCommand("Greet", { type: "user", description: "" }),
        aCommand("Sum it up", { type: "message", description: "" }),
      ]),
    ).toEqual(wanted);
  });

  test("make groups and sub-commands of words", () => {
    const wanted: RESTPutAPIApplicationCommandsJSONBody = [
      {
        type: ApplicationCommandType.ChatInput,
        name: "job",
        description: "/job",
        options: [
          {
            type: ApplicationCommandOptionType.Subcommand,
            name: "list",
            description: "About job list",
            options: [],
          },
          {
            type: ApplicationCommandOptionType.SubcommandGroup,
            name: "admin",
            description: "/admin",
            options: [
              {
                type: ApplicationCommandOptionType.Subcommand,
                name: "cancel",
                description: "About job admin cancel",
                options: [
                  {
                    type: ApplicationCommandOptionType.String,
                    name: "id",
                    description: "About id",
                    required: false,
                  },
                ],
              },
              {
                type: ApplicationCommandOptionType.Subcommand,
                name: "purge",
                description: "About job admin purge",
                options: [],
              },
            ],
          },
        ],
      },
    ];

    expect(
      discordDefinitions([
        aCommand("job list"),
        aCommand("job admin cancel", { options: [anOption("id")] }),
        aCommand("job admin purge"),
      ]),
    ).toEqual(wanted);
  });

  test.each(
    Object.entries({
      string: ApplicationCommandOptionType.String,
      integer: ApplicationCommandOptionType.Integer,
      number: ApplicationCommandOptionType.Number,
      boolean: ApplicationCommandOptionType.Boolean,
      user: ApplicationCommandOptionType.User,
      channel: ApplicationCommandOptionType.Channel,
      role: ApplicationCommandOptionType.Role,
      mentionable: ApplicationCommandOptionType.Mentionable,
      attachment: ApplicationCommandOptionType.Attachment,
    } satisfies Record<DiscordOption["type"], ApplicationCommandOptionType>),
  )("have Discord's number for an option of type %s", (type, number) => {
    const options = [anOption("a", { type: type as DiscordOption["type"] })];

    expect(discordDefinitions([aCommand("ai", { options })])).toMatchObject([
      { options: [{ type: number }] },
    ]);
  });
});

describe("definitionChanges", () => {
  const wanted = discordDefinitions([
    aCommand("ai", { options: [anOption("text", { isRequired: true }), anOption("size")] }),
    aCommand("Greet", { type: "user", description: "" }),
  ]);

  /** What Discord makes of it: with ids, and without what is at its default. */
  const text: JsonObject = { type: 3, name: "text", description: "About text", required: true };
  const size: JsonObject = { type: 3, name: "size", description: "About size" };
  const ai: JsonObject = {
    id: "1",
    version: "2",
    application_id: "3",
    default_member_permissions: null,
    name: "ai",
    description: "About ai",
    options: [text, size],
  };
  const greet = { id: "4", type: 2, name: "Greet", description: "", name_localizations: null };

  test("are none where only the form differs", () => {
    expect(definitionChanges([greet, ai], wanted)).toEqual({ added: [], changed: [], removed: [] });
  });

  test("are what is new and what would go, by type as well", () => {
    const others = [ai, { ...greet, type: 3 }, { type: 4, name: "launch" }];

    expect(definitionChanges(others, wanted)).toEqual({
      added: ["Greet (user)"],
      changed: [],
      removed: ["Greet (message)", "launch (entry point)"],
    });
  });

  test.each([
    { name: "description", change: { description: "Old" }, fields: ["description"] },
    {
      name: "option's fields",
      change: { options: [{ ...text, required: false, max_length: 5 }, size] },
      fields: ["options.text.required", "options.text.max_length"],
    },
    { name: "order", change: { options: [size, text] }, fields: ["options"] },
    { name: "lack of an option", change: { options: [text] }, fields: ["options"] },
    {
      name: "choices",
      change: {
        options: [text, { ...size, choices: [{ name: "S", value: "s" }] }],
      },
      fields: ["options.size.choices"],
    },
  ])("name the places: $name", ({ change, fields }) => {
    const current = [{ ...ai, ...change }, greet];

    expect(definitionChanges(current, wanted)).toEqual({
      added: [],
      changed: [{ name: "/ai", fields }],
      removed: [],
    });
  });
});
