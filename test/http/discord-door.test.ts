import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openDiscord, postSigned } from "./discord-place.ts";
import { useServer, useTally } from "./support.ts";

type Signed = { readonly timestamp: string; readonly body: string; readonly signature: string };
type Fixture = Omit<Signed, "timestamp"> & { readonly name: string };
type Case = Signed & { readonly name: string; readonly expect: 200 | 401 };

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), "utf8"));
const vectors = read("discord-interactions.json") as {
  readonly public_key_hex: string;
  readonly timestamp: string;
  readonly fixtures: readonly Fixture[];
};
const { cases } = read("discord-ed25519.json") as { readonly cases: readonly Case[] };

/** What the fixtures use. The count tells which call with that word it was: nobody can call unnoticed. */
const CONFIG = `
discord:
  commands:
    - name: ask
      description: Asks
      options: [{ name: prompt, type: string, description: What to ask }]
      run: tally/count
      payload: { word: "{options.prompt}" }
    - name: report
      description: Reports
      options:
        - { name: count, type: integer, description: How many }
        - { name: ratio, type: number, description: Of what }
        - { name: who, type: user, description: Of whom }
        - { name: file, type: attachment, description: From what }
      run: lab/echo
      payload: { text: "{options.count} {options.ratio} {options.who} {options.file.filename} {user.name}" }
    - name: job status
      description: How far it is
      options:
        - name: id
          type: string
          description: Which one
          autocomplete: { run: lab/now, payload: { choices: ["{text}", "{text}X"] } }
      run: lab/echo
`;

const discord = await openDiscord();
const plugins = useTally();
const variables = { ...discord.variables, DISCORD_PUBLIC_KEY: vectors.public_key_hex };
const server = useServer(variables, null, { config: CONFIG, plugins });

const post = ({ timestamp, body, signature }: Signed) =>
  server.call("/discord/interactions", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-signature-ed25519": signature,
      "x-signature-timestamp": timestamp,
    },
    body,
  });
const signedOf = ({ body, signature }: Fixture): Signed => ({
  body,
  signature,
  timestamp: vectors.timestamp,
});

/** One bit of the bytes of a text. */
function flipped(text: string, at: number): string {
  const code = text.charCodeAt(at) ^ 1;
  return `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
}

/** One bit of one of the digits, which stays one. */
function flippedDigit(hex: string): string {
  return `${hex.slice(0, -1)}${(Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)}`;
}

const ANSWERS: { readonly [name: string]: object } = {
  ping: { type: 1 },
  "slash command in a guild, string option": { type: 4, data: { content: "call 1" } },
  "slash command with integer, number, user and attachment options": {
    type: 4,
    data: { content: expect.stringMatching(/^3 0\.25 1090000000000000003 \S+ Mina$/) },
  },
  "slash command in the bot DM (user install)": { type: 4, data: { content: "call 1" } },
  autocomplete: {
    type: 8,
    data: {
      choices: [
        { name: "01JC", value: "01JC" },
        { name: "01JCX", value: "01JCX" },
      ],
    },
  },
  "button click": {
    type: 4,
    data: { content: "This is not one of my buttons any more.", flags: 64 },
  },
  "modal submit (text input inside a label)": {
    type: 4,
    data: { content: "This is not one of my buttons any more.", flags: 64 },
  },
};

describe("an interaction that somebody has changed on the way", () => {
  test.each(vectors.fixtures)("is refused, and starts nothing: $name", async (fixture) => {
    const signed = signedOf(fixture);
    const { body, timestamp, signature } = signed;
    const changed = [
      { ...signed, body: flipped(body, 0) },
      { ...signed, body: flipped(body, Math.floor(body.length / 2)) },
      { ...signed, body: flipped(body, body.length - 1) },
      { ...signed, timestamp: flipped(timestamp, timestamp.length - 1) },
      { ...signed, signature: flippedDigit(signature) },
      { ...signed, signature: "" },
    ];

    for (const one of changed) {
      expect(await post(one)).toMatchObject({ status: 401, body: { code: "invalid_signature" } });
    }
  });

  test("says so without its headers too", async () => {
    const body = vectors.fixtures[0]?.body ?? "";
    const bare = await server.call("/discord/interactions", { method: "POST", body });

    expect(bare).toMatchObject({ status: 401, body: { code: "invalid_signature" } });
  });
});

describe("an interaction as Discord signs it", () => {
  // After all those that were changed: that a count is 1 shows that none of them got through.
  test.each(vectors.fixtures.filter(({ name }) => name in ANSWERS))(
    "is answered: $name",
    async (fixture) => {
      const answer = await post(signedOf(fixture));

      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
      expect(answer).toMatchObject({ status: 200, body: ANSWERS[fixture.name] ?? {} });
    },
  );

  test("is refused where it is of a kind of later times", async () => {
    const unknown = vectors.fixtures.find(({ name }) => name.startsWith("unknown"));

    expect(await post(signedOf(unknown as Fixture))).toMatchObject({
      status: 400,
      body: { code: "interaction_unknown" },
    });
  });

  test("made no call at Discord: everything went with the answers", () => {
    expect(discord.calls).toEqual([]);
  });
});

describe("a signature", () => {
  // Signed, and still nothing that this gateway could answer: a body without what it takes.
  const isUnknown = (one: Case) => !one.body.includes("application_id");

  test.each(cases)("is taken or not as the vectors say: $name", async (one) => {
    const { status, body } = await post(one);

    if (one.expect === 401) expect([status, body["code"]]).toEqual([401, "invalid_signature"]);
    else if (isUnknown(one)) expect([status, body["code"]]).toEqual([400, "interaction_unknown"]);
    else expect([status, body]).toEqual([200, { type: 1 }]);
  });
});

describe("a gateway with a key of ours", () => {
  const own = useServer(discord.variables, null, { config: CONFIG });
  const applicationId = discord.variables.DISCORD_APPLICATION_ID;
  const ping = JSON.stringify({ type: 1, application_id: applicationId });

  test.each([
    { what: "no JSON", body: "{" },
    { what: "no object", body: "[1]" },
    { what: "no type", body: JSON.stringify({ application_id: applicationId }) },
    { what: "nested without end", body: `${"[".repeat(60_000)}${"]".repeat(60_000)}` },
    { what: "no token", body: JSON.stringify({ type: 2, application_id: applicationId, id: "1" }) },
  ])("refuses signed garbage: $what", async ({ body }) => {
    expect(await postSigned(discord, own, body)).toMatchObject({
      status: 400,
      body: { code: "interaction_unknown" },
    });
  });

  test("refuses what is of another application, though its key has signed it", async () => {
    const other = ping.replace(applicationId, "1090000000000000099");

    expect(await postSigned(discord, own, other)).toMatchObject({ status: 401 });
    expect(await postSigned(discord, own, ping)).toMatchObject({ status: 200, body: { type: 1 } });
  });

  test("reads 256 KiB, and not a byte more", async () => {
    const filled = ping.padEnd(262_144, " ");

    expect(await postSigned(discord, own, filled)).toMatchObject({ status: 200 });
    expect(await postSigned(discord, own, `${filled} `)).toMatchObject({
      status: 413,
      body: { code: "body_too_large" },
    });
  });

  test("takes nothing but POST", async () => {
    const { status, headers } = await own.get("/discord/interactions");

    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("a gateway whose key is being changed", () => {
  const both = `${vectors.public_key_hex},${discord.key.publicKeyHex}`;
  const own = useServer({ ...discord.variables, DISCORD_PUBLIC_KEY: both }, null, {
    config: CONFIG,
  });

  test("takes what either of them has signed", async () => {
    const id = discord.variables.DISCORD_APPLICATION_ID;
    const body = JSON.stringify({ type: 1, application_id: id });

    expect(await postSigned(discord, own, body)).toMatchObject({ status: 200, body: { type: 1 } });
  });
});

describe("a gateway without a key", () => {
  const own = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { config: CONFIG });

  test("says what is missing, and reads nothing", async () => {
    expect(await postSigned(discord, own, "{}")).toMatchObject({
      status: 404,
      body: {
        code: "channel_not_set_up",
        detail: "Set DISCORD_PUBLIC_KEY: docs/guides/discord.md says where to find it",
      },
    });
  });
});
