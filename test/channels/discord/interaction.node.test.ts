import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readInteraction } from "../../../src/channels/discord/interaction.ts";
import { scopeOf } from "../../../src/channels/discord/scope.ts";
import { isSignedByDiscord } from "../../../src/channels/discord/verify.ts";

type Fixtures = {
  readonly public_key_hex: string;
  readonly timestamp: string;
  readonly fixtures: readonly {
    readonly name: string;
    readonly body: string;
    readonly signature: string;
  }[];
};

const {
  fixtures,
  timestamp,
  public_key_hex: key,
}: Fixtures = JSON.parse(readFileSync("test/vectors/discord-interactions.json", "utf8"));

const bodyOf = (name: string) =>
  JSON.parse(fixtures.find((fixture) => fixture.name.startsWith(name))?.body ?? "null");

const readFixture = (name: string) => readInteraction(bodyOf(name));

const PLACE = {
  applicationId: "1090000000000000001",
  channelId: "1090000000000000011",
  guildId: "1090000000000000010",
  userId: "1090000000000000003",
  userName: "Mina",
  locale: "en-US",
  fileBytesMax: 10_485_760,
  isOnlyUserInstalled: false,
  context: 0,
};

const placeOf = (number: string) => ({
  ...PLACE,
  interactionId: `10900000000000001${number}`,
  token: `fixture-token-${number}`,
});

describe("every fixture", () => {
  test.each(fixtures)("is signed: $name", async ({ body, signature }) => {
    const signed = {
      publicKeys: [key],
      signature,
      timestamp,
      body: new TextEncoder().encode(body),
    };

    expect(await isSignedByDiscord(signed)).toBe(true);
  });

  test("is read as what it is", () => {
    expect(
      fixtures.map(({ name, body }) => [name, readInteraction(JSON.parse(body))?.kind]),
    ).toEqual([
      ["ping", "ping"],
      ["slash command in a guild, string option", "command"],
      ["slash command with integer, number, user and attachment options", "command"],
      ["slash command in the bot DM (user install)", "command"],
      ["autocomplete", "autocomplete"],
      ["button click", "component"],
      ["modal submit (text input inside a label)", "modal"],
      ["unknown future interaction type", undefined],
    ]);
  });
});

describe("a command", () => {
  test("is read with its options and its place", () => {
    expect(readFixture("slash command in a guild")).toEqual({
      kind: "command",
      place: placeOf("01"),
      commandType: "slash",
      path: "ask",
      options: { prompt: "summarise the release notes" },
      target: null,
    });
  });

  test("is read with what its options resolve to", () => {
    expect(readFixture("slash command with integer")).toMatchObject({
      path: "report",
      options: {
        count: 3,
        ratio: 0.25,
        who: "1090000000000000003",
        file: {
          id: "1090000000000000030",
          url: "https://cdn.discordapp.com/ephemeral-attachments/1/2/notes.txt?ex=65d903de&is=65c68ede&hm=00",
          filename: "notes.txt",
          content_type: "text/plain; charset=utf-8",
          size: 1234,
        },
      },
    });
  });

  test("is read outside of guilds, where the user is no member", () => {
    expect(readFixture("slash command in the bot DM")).toMatchObject({
      place: { guildId: null, userId: PLACE.userId, isOnlyUserInstalled: true, context: 1 },
    });
  });

  test("is read down to its sub-command", () => {
    const body = bodyOf("slash command in a guild");
    const leaf = { name: "cancel", type: 1, options: [{ name: "id", type: 3, value: "7" }] };
    const data = { name: "job", type: 1, options: [{ name: "admin", type: 2, options: [leaf] }] };

    expect(readInteraction({ ...body, data })).toMatchObject({
      path: "job admin cancel",
      options: { id: "7" },
    });
  });

  test("of the menu of a message has that as its target", () => {
    const author = { id: "9", username: "ada", global_name: null };
    const messages = { "50": { id: "50", content: "Look at this", author } };
    const data = { name: "Sum it up", type: 3, target_id: "50", resolved: { messages } };

    expect(readInteraction({ ...bodyOf("slash command in a guild"), data })).toMatchObject({
      commandType: "message",
      path: "Sum it up",
      target: { id: "50", text: "Look at this", user: { id: "9", name: "ada" } },
    });
  });

  test("of the menu of a user has them as its target", () => {
    const users = { "9": { id: "9", username: "ada", global_name: "Ada" } };
    const data = { name: "Greet", type: 2, target_id: "9", resolved: { users } };

    expect(readInteraction({ ...bodyOf("slash command in a guild"), data })).toMatchObject({
      commandType: "user",
      target: { id: "9", text: null, user: { id: "9", name: "Ada" } },
    });
  });

  test("names in a payload what there is of it", () => {
    const command = readFixture("slash command in a guild");

    expect(command?.kind === "command" && scopeOf(command)).toEqual({
      options: { prompt: "summarise the release notes" },
      user: { id: "1090000000000000003", name: "Mina" },
      channel: { id: "1090000000000000011" },
      guild: { id: "1090000000000000010" },
      locale: "en-US",
      command: "ask",
      target: null,
      focused: null,
    });
  });
});

test("typing names in a payload what is typed just now", () => {
  const typing = readFixture("autocomplete");

  expect(typing?.kind === "autocomplete" && scopeOf(typing)).toMatchObject({
    focused: typing?.kind === "autocomplete" && typing.focused,
    target: null,
  });
});

test("typing is read with what is typed just now", () => {
  const body = bodyOf("autocomplete");
  const options = [
    { name: "count", type: 4, value: "1", focused: true },
    { name: "city", type: 3, value: "Ber" },
  ];

  expect(readInteraction({ ...body, data: { ...body.data, name: "trip", options } })).toMatchObject(
    {
      kind: "autocomplete",
      path: "trip",
      focused: { name: "count", value: "1" },
      options: { count: "1", city: "Ber" },
    },
  );
});

test("a button is read with its message", () => {
  expect(readFixture("button click")).toEqual({
    kind: "component",
    place: placeOf("07"),
    customId: "hl:cancel:01JCXR7Z0000000000000000AB",
    componentType: 2,
    values: [],
    messageId: "1090000000000000050",
  });
});

test("a list is read with what was chosen", () => {
  const body = bodyOf("button click");
  const data = { custom_id: "x", component_type: 3, values: ["a", "b"] };

  expect(readInteraction({ ...body, data })).toMatchObject({ values: ["a", "b"] });
});

describe("a form", () => {
  test("is read with what was filled in", () => {
    expect(readFixture("modal submit")).toEqual({
      kind: "modal",
      place: placeOf("09"),
      customId: "hl:ask-modal",
      fields: { prompt: "line one\nline two" },
      messageId: null,
    });
  });

  test("is read in its old form, past what has no value", () => {
    const components = [
      { type: 10, id: 1 },
      { type: 1, components: [{ type: 4, custom_id: "old", value: "row" }] },
      { type: 18, component: { type: 3, custom_id: "list", values: ["a"] } },
      { type: 18, component: { type: 3, custom_id: "none", values: [] } },
      { type: 18, component: { type: 23, custom_id: "__proto__", value: true } },
      { type: 18, component: { type: 99, custom_id: "later" } },
      "nothing",
    ];
    const body = bodyOf("modal submit");
    const read = readInteraction({ ...body, data: { custom_id: "x", components } });

    expect(read?.kind === "modal" && Object.entries(read.fields)).toEqual([
      ["old", "row"],
      ["list", "a"],
      ["none", ""],
      ["__proto__", "true"],
    ]);
  });
});

describe("what cannot be read", () => {
  const body = bodyOf("slash command in a guild");

  test.each([
    { name: "no object", body: [1] },
    { name: "nothing", body: null },
    { name: "no type", body: {} },
    { name: "no user", body: { ...body, member: {} } },
    { name: "no id", body: { ...body, id: 5 } },
    { name: "no token", body: { ...body, token: undefined } },
    { name: "no application", body: { ...body, application_id: null } },
    { name: "no data", body: { ...body, data: null } },
    { name: "an entry point", body: { ...body, data: { name: "launch", type: 4 } } },
    { name: "a menu without a target", body: { ...body, data: { name: "x", type: 3 } } },
    { name: "typing without a focus", body: { ...body, type: 4 } },
    { name: "a component without an id", body: { ...body, type: 3, data: {} } },
    { name: "a form without an id", body: { ...body, type: 5, data: {} } },
  ])("is $name", ({ body: unreadable }) => {
    expect(readInteraction(unreadable)).toBeNull();
  });

  test("never throws, whatever stands anywhere", () => {
    const whole = fixtures.map(({ body: text }) => JSON.parse(text));
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.dictionary(
          fc.constantFrom("data", "member", "user", "message", "context"),
          fc.jsonValue(),
        ),
        fc.nat(6),
        (fixture, changes, type) => {
          expect(() => readInteraction({ ...fixture, ...changes, type })).not.toThrow();
        },
      ),
    );
  });
});
