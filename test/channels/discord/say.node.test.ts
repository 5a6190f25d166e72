import { describe, expect, test } from "vitest";
import { discordInline, discordSaid } from "../../../src/channels/discord/say.ts";
import {
  API,
  aDiscordSaying,
  anArtifact,
  aQuestion,
  aResult,
  aSnapshot,
  aTelling,
  JOB_ID,
} from "../../support/a-discord-saying.ts";
import { aDiscordSeat } from "../../support/a-seat.ts";

const HOOK = `${API}/webhooks/1090000000000000001/a%2Fsecret%2Btoken`;
const LONG = "word ".repeat(700);

const hi = { snapshot: aSnapshot(aResult("Hi")) };
const long = { snapshot: aSnapshot(aResult(LONG)) };
const longer = { snapshot: aSnapshot(aResult("word ".repeat(1100))) };

type Over = Parameters<typeof aDiscordSaying>[0];

const said = (over: Over) => discordSaid(aDiscordSaying(over));

function callOf(over: Over) {
  const saying = said(over);
  return saying.kind === "call" ? saying.call : null;
}

function jsonOf(over: Over) {
  const body = callOf(over)?.body;
  return body?.kind === "json" || body?.kind === "files" ? body.json : null;
}

describe("with the token", () => {
  test("the first message is edited: nothing pings, and what was there is taken away", () => {
    expect(said({ telling: hi })).toEqual({
      kind: "call",
      call: {
        method: "PATCH",
        url: `${HOOK}/messages/@original`,
        auth: "none",
        body: {
          kind: "json",
          json: { content: "Hi", components: [], allowed_mentions: { parse: [] }, attachments: [] },
        },
        isRepeatable: true,
        begins: {},
      },
    });
  });

  test("files go along, and are named", () => {
    const telling = {
      snapshot: aSnapshot({ ...aResult("Hi"), artifacts: [anArtifact("a.txt", 5)] }),
    };

    expect(callOf({ telling })?.body).toEqual({
      kind: "files",
      json: {
        content: "Hi",
        components: [],
        allowed_mentions: { parse: [] },
        attachments: [{ id: 0, filename: "a.txt" }],
      },
      files: [
        { name: "a.txt", contentType: "text/plain", from: { kind: "artifact", name: "a.txt" } },
      ],
    });
  });

  test.each([false, true])("what is left is sent after it, seen by the same: %s", (isEphemeral) => {
    const call = callOf({ telling: { ...long, part: 1 }, seat: { isEphemeral } });

    expect(call).toMatchObject({ method: "POST", url: HOOK, auth: "none", isRepeatable: false });
    expect(jsonOf({ telling: { ...long, part: 1 }, seat: { isEphemeral } })).toEqual({
      content: LONG.slice(1955),
      components: [],
      allowed_mentions: { parse: [] },
      attachments: [],
      ...(isEphemeral ? { flags: 64 } : {}),
    });
  });

  test("users are pinged where the settings say so", () => {
    expect(jsonOf({ telling: hi, seat: { mentions: "users" } })).toMatchObject({
      allowed_mentions: { parse: ["users"] },
    });
  });

  test.each([
    { followUpsMax: 5, uses: 2, kind: "json" },
    { followUpsMax: 5, uses: 3, kind: "json" },
    { followUpsMax: 5, uses: 4, kind: "files" },
    { followUpsMax: 5, uses: 9, kind: "files" },
    { followUpsMax: null, uses: 9, kind: "json" },
  ])("of three messages all are sent or none: $uses of $followUpsMax", (given) => {
    const { followUpsMax, uses, kind } = given;
    const call = callOf({ telling: longer, seat: { followUpsMax }, memory: { uses } });

    expect(call?.body.kind).toBe(kind);
  });

  test("what was begun in messages goes on in them, whatever is used up meanwhile", () => {
    const over = { seat: { followUpsMax: 5 }, memory: { uses: 4 } };

    expect(callOf({ telling: { ...longer, part: 2 }, ...over })).toMatchObject({
      method: "POST",
      body: { kind: "json" },
    });
  });

  test.each([
    { name: "may be there already", telling: { isUnsure: true }, memory: {} },
    { name: "would be one too many", telling: {}, memory: { refused: ["follow_ups"] as const } },
  ])("a message that $name becomes a file of the first one", ({ telling, memory }) => {
    expect(callOf({ telling: { ...long, part: 1, ...telling }, memory })).toMatchObject({
      method: "PATCH",
      body: { kind: "files", files: [{ name: "result.txt", from: { kind: "text", text: LONG } }] },
      isRepeatable: true,
    });
  });

  test("an edit of which nobody knows how it ended is made again", () => {
    expect(callOf({ telling: { ...hi, isUnsure: true } })?.method).toBe("PATCH");
  });

  test.each([
    { isUnsure: false, part: 0 },
    { isUnsure: true, part: 0 },
    { isUnsure: true, part: 1 },
  ])("without a first message, the others are sent: $part $isUnsure", (telling) => {
    const memory = { refused: ["original"] as const };

    expect(callOf({ telling: { ...long, ...telling }, memory })).toMatchObject({
      method: "POST",
      url: HOOK,
    });
  });

  test("a question keeps its buttons to one message", () => {
    expect(jsonOf({ telling: aQuestion() })).toMatchObject({
      content: "**Deploy?**",
      components: [{ type: 1, components: [{ label: "Continue" }, { label: "Decline" }] }],
    });
  });

  test("what there is no part of is as good as said", () => {
    expect(said({ telling: { ...hi, part: 3 } })).toEqual({ kind: "nothing" });
  });
});

describe("the token's age", () => {
  test.each([
    { ageMs: 888_000, kind: "call" },
    { ageMs: 888_001, kind: "too_late" },
  ])("of $ageMs ms: $kind", ({ ageMs, kind }) => {
    expect(said({ telling: hi, ageMs }).kind).toBe(kind);
  });

  test.each([
    { what: "what is new", isRetry: false, lastMs: 858_000 },
    { what: "what was tried", isRetry: true, lastMs: 888_000 },
  ])("lets $what be said up to $lastMs ms, and then by the bot", ({ isRetry, lastMs }) => {
    const auth = (ageMs: number) =>
      callOf({ telling: { ...hi, isRetry }, ageMs, hasBot: true })?.auth;

    expect([auth(lastMs), auth(lastMs + 1)]).toEqual(["none", "bot"]);
  });

  test.each(["progress", "late"] as const)("ends what there is to say of %s", (about) => {
    expect(said({ telling: { about }, ageMs: 858_000 }).kind).toBe("call");
    expect(said({ telling: { about }, ageMs: 858_001, hasBot: true }).kind).toBe("nothing");
    expect(said({ telling: { about }, memory: { isWayClosed: true } }).kind).toBe("nothing");
    expect(said({ telling: { about }, memory: { refused: ["original"] } }).kind).toBe("nothing");
  });

  test("never takes the buttons of a question away", () => {
    const waiting = JSON.parse(JSON.stringify({ ...aSnapshot(), status: "waiting" }));

    expect(said({ telling: { about: "late", snapshot: waiting } }).kind).toBe("nothing");
  });
});

describe("with the bot, once the token is over", () => {
  const over = { ageMs: 900_000, hasBot: true };

  test("whoever asked is named in the channel, and nobody else is pinged", () => {
    expect(said({ telling: hi, ...over })).toEqual({
      kind: "call",
      call: {
        method: "POST",
        url: `${API}/channels/1090000000000000011/messages`,
        auth: "bot",
        body: {
          kind: "json",
          json: {
            content: "<@1090000000000000003> Hi",
            components: [],
            allowed_mentions: { parse: [], users: ["1090000000000000003"] },
            attachments: [],
            nonce: `${JOB_ID.slice(0, 14)}-5-0`,
            enforce_nonce: true,
          },
        },
        isRepeatable: true,
        begins: {},
      },
    });
  });

  test("users are pinged where the settings say so: not listed as well, which Discord refuses", () => {
    expect(jsonOf({ telling: hi, seat: { mentions: "users" }, ...over })).toMatchObject({
      allowed_mentions: { parse: ["users"] },
    });
  });

  test("what is left has a name of its own, and names nobody", () => {
    expect(jsonOf({ telling: { ...long, part: 1 }, ...over })).toMatchObject({
      content: LONG.slice(1955),
      allowed_mentions: { parse: [] },
      nonce: `${JOB_ID.slice(0, 14)}-5-1`,
    });
  });

  test("goes on in the midst of what the token has begun", () => {
    const closed = { memory: { isWayClosed: true }, hasBot: true };

    expect(callOf({ telling: { ...long, part: 1 }, ...closed })?.auth).toBe("bot");
  });

  test.each([{ isEphemeral: true }, { channelId: null }])(
    "what only one person may see is said to them, in one message: %j",
    (seat) => {
      const opened = { botMessage: { channel: "5", id: "" } };

      expect(callOf({ telling: long, seat, ...over })).toMatchObject({
        url: `${API}/users/@me/channels`,
        auth: "bot",
        body: { kind: "json", json: { recipient_id: "1090000000000000003" } },
        isRepeatable: true,
      });
      for (const part of [0, 1, 3]) {
        expect(callOf({ telling: { ...long, part }, seat, memory: opened, ...over })).toMatchObject(
          {
            url: `${API}/channels/5/messages`,
            body: { kind: "files", files: [{ name: "result.txt" }] },
          },
        );
      }
    },
  );

  test("what there is no part of is as good as said", () => {
    expect(said({ telling: { ...hi, part: 3 }, ...over })).toEqual({ kind: "nothing" });
  });

  test("there is no bot: it is too late", () => {
    expect(said({ telling: hi, memory: { isWayClosed: true } })).toEqual({ kind: "too_late" });
  });

  test("it speaks as well where neither an edit nor another message is left", () => {
    const closed = {
      memory: { refused: ["original"] as const, uses: 5 },
      seat: { followUpsMax: 5 },
    };

    expect(callOf({ telling: hi, hasBot: true, ...closed })?.auth).toBe("bot");
    expect(said({ telling: hi, ...closed }).kind).toBe("too_late");
  });
});

describe("at once, as the answer to an interaction", () => {
  test("what fits into one message is said", () => {
    expect(discordInline(aTelling(hi), aDiscordSeat())).toEqual({
      content: "Hi",
      components: [],
      allowed_mentions: { parse: [] },
      attachments: [],
    });
  });

  test.each([
    { name: "several messages", snapshot: long.snapshot },
    { name: "files", snapshot: aSnapshot({ artifacts: [anArtifact("a.txt")] }) },
  ])("what takes $name is not", ({ snapshot }) => {
    expect(discordInline(aTelling({ snapshot }), aDiscordSeat())).toBeNull();
  });
});
