import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import { NO_SETTINGS } from "../../src/core/plugin/settings.ts";
import type { JsonObject } from "../../src/lang/json.ts";

/** JSON is YAML. */
const textOf = (discord: JsonObject) => JSON.stringify({ discord });

function settingsIn(text: string) {
  const read = readSettings(text);
  return read.ok ? read.value.discord : read.reason;
}

function faultsIn(discord: JsonObject) {
  const read = readSettings(textOf(discord));
  return read.ok ? [] : read.reason.map(({ path, message }) => ({ path, message }));
}

const AI = { name: "ai", description: "Ask", run: "text/summarize" };

/** The faults of one command, which is right but for this. */
const faultsOf = (over: JsonObject) => faultsIn({ commands: [{ ...AI, ...over }] });

const ONE = "discord.commands[0]";

describe("discord", () => {
  test.each(["discord:", "discord: {}", "discord:\n  commands:\n  token_life:"])(
    "is the defaults where nothing is said: %j",
    (text) => {
      expect(settingsIn(text)).toEqual(NO_SETTINGS.discord);
    },
  );

  test("keeps what little is said, with every default", () => {
    expect(settingsIn(textOf({ commands: [AI] }))).toEqual({
      tokenLifeMs: 900_000,
      commands: [
        {
          name: "ai",
          type: "slash",
          description: "Ask",
          options: [],
          run: { plugin: "text", command: "summarize", payload: null },
          isEphemeral: false,
          longText: "messages",
          mentions: "none",
          answers: "invoker",
        },
      ],
    });
  });

  test("keeps all that is said", () => {
    const options = [
      { name: "text", type: "string", description: "What", required: true, min: 0, max: 6000 },
      {
        name: "size",
        type: "integer",
        description: "How much",
        choices: [
          { name: "One", value: 1 },
          { name: "Two", value: 2 },
        ],
      },
      {
        name: "city",
        type: "string",
        description: "Where",
        autocomplete: { run: "places/suggest", payload: { query: "{focused.value}" } },
      },
    ];
    const command = {
      ...AI,
      name: "job admin größe",
      options,
      payload: { text: "{options.text}" },
      ephemeral: true,
      long_text: "file",
      mentions: "users",
      answers: "anyone",
    };
    const menu = { name: "Sum it up", type: "message", run: "text/summarize" };

    expect(settingsIn(textOf({ commands: [command, menu], token_life: "30s" }))).toEqual({
      tokenLifeMs: 30_000,
      commands: [
        {
          name: "job admin größe",
          type: "slash",
          description: "Ask",
          options: [
            { ...NO_OPTION, name: "text", isRequired: true, min: 0, max: 6000 },
            {
              ...NO_OPTION,
              name: "size",
              type: "integer",
              description: "How much",
              choices: [
                { name: "One", value: 1 },
                { name: "Two", value: 2 },
              ],
            },
            {
              ...NO_OPTION,
              name: "city",
              description: "Where",
              autocomplete: {
                plugin: "places",
                command: "suggest",
                payload: { query: "{focused.value}" },
              },
            },
          ],
          run: { plugin: "text", command: "summarize", payload: { text: "{options.text}" } },
          isEphemeral: true,
          longText: "file",
          mentions: "users",
          answers: "anyone",
        },
        {
          name: "Sum it up",
          type: "message",
          description: "",
          options: [],
          run: { plugin: "text", command: "summarize", payload: null },
          isEphemeral: false,
          longText: "messages",
          mentions: "none",
          answers: "invoker",
        },
      ],
    });
  });

  const NO_OPTION = {
    type: "string",
    description: "What",
    isRequired: false,
    choices: [],
    autocomplete: null,
    min: null,
    max: null,
  };
});

const PATH_FAULT = "Must be 1 to 3 words, each of 1 to 32 small letters, digits, - and _";

describe("a command of Discord", () => {
  test.each(["", "Ai", "a b c d", "a  b", " a", "a!", "x".repeat(33), "a/b"])(
    "has a name that can be typed, not %j",
    (name) => {
      expect(faultsOf({ name })).toEqual([{ path: `${ONE}.name`, message: PATH_FAULT }]);
    },
  );

  test.each(["ai", "a-b_c", "日本", "หาก", "x".repeat(32), "job cancel", "it's"])(
    "may be called %j",
    (name) => {
      expect(faultsOf({ name })).toEqual([]);
    },
  );

  test.each([
    { over: { description: null }, key: "description", message: "Is required for a slash command" },
    { over: { description: " " }, key: "description", message: "Is required for a slash command" },
    {
      over: { description: "x".repeat(101) },
      key: "description",
      message: "Must be at most 100 characters",
    },
    {
      over: { run: "summary" },
      key: "run",
      message: "Must be plugin/command: pipelines cannot be started from here yet",
    },
    {
      over: { run: "a/b/c" },
      key: "run",
      message: "Must be plugin/command, such as chat/complete",
    },
    { over: { payload: [] }, key: "payload", message: "Must be a map of keys and values" },
    {
      over: { long_text: "both" },
      key: "long_text",
      message: 'Invalid option: expected one of "messages"|"file"',
    },
    {
      over: { longtext: "file" },
      key: "longtext",
      message: 'Unknown key: did you mean "long_text"?',
    },
    {
      over: { options: Array.from({ length: 26 }, (_, index) => anOption(`o${index}`)) },
      key: "options",
      message: "Must be at most 25 options",
    },
    {
      over: { options: [anOption("text")], payload: { text: "{options.txt}" } },
      key: "payload",
      message: "Has {options.txt}, but there is no 'txt' in options: did you mean \"text\"?",
    },
    {
      over: { payload: { text: "{text}" } },
      key: "payload",
      message:
        "Has {text}, but places begin with options, user, channel, guild, locale, command, target",
    },
    {
      over: {
        options: [
          {
            ...anOption("a"),
            autocomplete: { run: "lab/now", payload: { q: "{txt}", t: "{text}" } },
          },
        ],
      },
      key: "options[0].autocomplete.payload",
      message:
        'Has {txt}, but places begin with options, user, channel, guild, locale, command, target, text, option, focused: did you mean "text"?',
    },
    {
      over: { options: [anOption("a"), anOption("b"), anOption("a")] },
      key: "options[2].name",
      message: "Is the name of another option too",
    },
  ])("is refused for its $key: $message", ({ over, key, message }) => {
    expect(faultsOf(over as JsonObject)).toEqual([{ path: `${ONE}.${key}`, message }]);
  });

  function anOption(name: string) {
    return { name, type: "string", description: "What" };
  }

  test.each([
    { over: { name: " x", description: null }, key: "name", message: "Must be 1 to 32 characters" },
    {
      over: { name: "x".repeat(33), description: null },
      key: "name",
      message: "Must be 1 to 32 characters",
    },
    { over: {}, key: "description", message: "Is for slash commands only" },
    {
      over: { description: null, options: [anOption("a")] },
      key: "options",
      message: "Is for slash commands only",
    },
  ])("of a menu is refused for its $key: $message", ({ over, key, message }) => {
    expect(faultsOf({ type: "user", ...over } as JsonObject)).toEqual([
      { path: `${ONE}.${key}`, message },
    ]);
  });
});

describe("the commands of Discord together", () => {
  const named = (...names: readonly string[]) => ({
    commands: names.map((name) => ({ ...AI, name })),
  });
  const menus = (type: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: `m${n}`, type, run: "a/b" }));

  test.each([
    {
      name: "the same name twice",
      given: named("a", "b", "a"),
      faults: [{ path: "discord.commands[2].name", message: "Is the name of another command too" }],
    },
    {
      name: "a command that is a group too",
      given: named("job cancel", "job"),
      faults: [
        {
          path: "discord.commands[1].name",
          message: 'Cannot be a command itself as there is "job cancel" below it',
        },
      ],
    },
    {
      name: "a sub-command that is a group too",
      given: named("job admin", "job admin cancel"),
      faults: [
        {
          path: "discord.commands[0].name",
          message: 'Cannot be a command itself as there is "job admin cancel" below it',
        },
      ],
    },
    {
      name: "too many",
      given: named(...Array.from({ length: 101 }, (_, n) => `c${n}`)),
      faults: [
        { path: "discord.commands", message: "Must be at most 100 slash commands, found 101" },
      ],
    },
    {
      name: "too many of the menus",
      given: { commands: [...menus("user", 16), ...menus("message", 15)] },
      faults: [{ path: "discord.commands", message: "Must be at most 15 user commands, found 16" }],
    },
    {
      name: "too many below one",
      given: named(...Array.from({ length: 26 }, (_, n) => `job c${n}`)),
      faults: [
        { path: "discord.commands", message: 'Must be at most 25 commands below "job", found 26' },
      ],
    },
    {
      name: "too much text",
      given: {
        commands: Array.from({ length: 20 }, (_, n) => ({
          ...AI,
          name: `job c${n}`,
          options: Array.from({ length: 4 }, (_, o) => ({
            name: `o${o}`,
            type: "string",
            description: "x".repeat(98),
            ...(o === 0 ? { choices: [{ name: "n", value: "v" }] } : {}),
          })),
        })),
      },
      faults: [
        {
          path: "discord.commands",
          // 20 times 4 options of 100 with a choice of 2, and the command: "job c0" and "Ask", ten with a digit more.
          message: `Must be at most 8000 characters for "job" in all, found ${20 * 402 + 10 * 9 + 10 * 10}`,
        },
      ],
    },
  ])("are refused for $name", ({ given, faults }) => {
    expect(faultsIn(given as JsonObject)).toEqual(faults);
  });

  test("may be as many as Discord takes, of any type with the same name", () => {
    const slash = Array.from({ length: 100 }, (_, n) => ({ ...AI, name: `m${n}` }));

    expect(
      faultsIn({ commands: [...slash, ...menus("user", 15), ...menus("message", 15)] }),
    ).toEqual([]);
  });

  test("have all faults told at once", () => {
    const given = {
      token_life: "4s",
      comands: [],
      commands: [5, { ...AI, name: 5 }, { ...AI, name: "B", type: "slush" }, { ...AI, name: "C" }],
    };

    expect(faultsIn(given)).toEqual([
      { path: "discord.commands[0]", message: "Invalid input: expected object, received number" },
      { path: "discord.commands[1].name", message: "Must be the name as it is typed, such as ai" },
      {
        path: "discord.commands[2].type",
        message: 'Invalid option: expected one of "slash"|"user"|"message"',
      },
      { path: "discord.token_life", message: "Must be from 5s to 15m" },
      { path: "discord.comands", message: 'Unknown key: did you mean "commands"?' },
      { path: "discord.commands[3].name", message: PATH_FAULT },
    ]);
  });
});
