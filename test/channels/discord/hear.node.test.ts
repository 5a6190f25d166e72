import { describe, expect, test } from "vitest";
import type { ChannelAnswer, ChannelCall } from "../../../src/channels/channel-call.ts";
import type { DiscordSaying } from "../../../src/channels/discord/calls.ts";
import { discordHeard } from "../../../src/channels/discord/hear.ts";
import { discordSaid } from "../../../src/channels/discord/say.ts";
import type { JsonObject } from "../../../src/lang/json.ts";
import {
  API,
  aDiscordSaying,
  anArtifact,
  aResult,
  aSnapshot,
} from "../../support/a-discord-saying.ts";
import { at } from "../../support/a-job.ts";

const LONG = "word ".repeat(700);
const long = { snapshot: aSnapshot(aResult(LONG)) };
const filed = { snapshot: aSnapshot({ artifacts: [anArtifact("a.txt")] }) };

function callOf(saying: DiscordSaying): ChannelCall {
  const said = discordSaid(saying);
  if (said.kind !== "call") throw new Error(`Nothing to call: ${said.kind}`);
  return said.call;
}

type Given = {
  readonly status: number;
  readonly json?: JsonObject | null;
  readonly headers?: { readonly [name: string]: string };
};

function heard(saying: DiscordSaying, { status, json = null, headers = {} }: Given) {
  const answer: ChannelAnswer = { status, headers: new Headers(headers), json };
  return discordHeard({ saying, call: callOf(saying), answer });
}

const failed = (error: string, retryable: boolean, restMs: number | null = null) => ({
  kind: "failed",
  error,
  retryable,
  restMs,
});

const edit = (ageMs = 20_000) => aDiscordSaying({ ageMs });
const followUp = (over: Parameters<typeof aDiscordSaying>[0] = {}) =>
  aDiscordSaying({ ...over, telling: { ...long, part: 1, ...over.telling } });
const post = (over: Parameters<typeof aDiscordSaying>[0] = {}) =>
  aDiscordSaying({ hasBot: true, ageMs: 900_000, ...over });
const direct = (channel: string | null) =>
  post({
    telling: long,
    seat: { isEphemeral: true },
    memory: { botMessage: channel === null ? null : { channel, id: "" } },
  });

describe("a message that was taken", () => {
  test.each([200, 204])("as the only one is said: %i", (status) => {
    expect(heard(edit(), { status })).toEqual({
      result: { kind: "said" },
      news: { saidAt: at(20_000) },
    });
  });

  test("with others behind it is not yet all", () => {
    expect(heard(aDiscordSaying({ telling: long }), { status: 200 })).toEqual({
      result: { kind: "more" },
      news: { saidAt: at(20_000) },
    });
  });

  test("after the first one is a use", () => {
    expect(heard(followUp({ memory: { uses: 2 } }), { status: 200 })).toEqual({
      result: { kind: "said" },
      news: { saidAt: at(20_000), uses: 3 },
    });
  });

  test("in the place of one that may be there is the whole, and counts that one", () => {
    const saying = followUp({ telling: { isUnsure: true } });

    expect(callOf(saying).method).toBe("PATCH");
    expect(heard(saying, { status: 200 })).toEqual({
      result: { kind: "said" },
      news: { saidAt: at(20_000), uses: 1 },
    });
  });

  test("of the bot is remembered, to be found again", () => {
    expect(heard(post(), { status: 200, json: { id: "77" } })).toEqual({
      result: { kind: "said" },
      news: { saidAt: at(900_000), botMessage: { channel: "1090000000000000011", id: "77" } },
    });
  });

  test("of the bot with others behind it is not yet all", () => {
    expect(heard(post({ telling: long }), { status: 200, json: {} })).toMatchObject({
      result: { kind: "more" },
    });
  });

  test("to one person is the whole", () => {
    expect(heard(direct("5"), { status: 200, json: { id: "78" } })).toMatchObject({
      result: { kind: "said" },
      news: { botMessage: { channel: "5", id: "78" } },
    });
  });

  test("takes files again, in what is told next", () => {
    const saying = aDiscordSaying({ memory: { refused: ["files", "original"] } });

    expect(heard(saying, { status: 200 }).news).toMatchObject({ refused: ["original"] });
  });

  test("of which Discord wants no other for a while is told so", () => {
    const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.2345" };

    expect(heard(edit(), { status: 200, headers }).news.notBefore).toBe(at(21_235));
  });

  test.each([
    { "X-RateLimit-Remaining": "1", "X-RateLimit-Reset-After": "2" },
    { "X-RateLimit-Remaining": "0" },
    { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "soon" },
  ])("asks for no rest: %j", (headers) => {
    expect(heard(edit(), { status: 200, headers }).news).toEqual({ saidAt: at(20_000) });
  });
});

describe("the way to one person", () => {
  test("is remembered, and the message follows", () => {
    expect(callOf(direct(null)).url).toBe(`${API}/users/@me/channels`);
    expect(heard(direct(null), { status: 200, json: { id: "5" } })).toEqual({
      result: { kind: "more" },
      news: { botMessage: { channel: "5", id: "" } },
    });
  });

  test.each([{ json: {} }, { json: null }])(
    "that Discord does not name is none: $json",
    (given) => {
      expect(heard(direct(null), { status: 200, ...given }).result).toEqual(
        failed("http_status", false),
      );
    },
  );
});

describe("429", () => {
  test.each([
    { json: { retry_after: 0.3 }, headers: {}, restMs: 300 },
    { json: { retry_after: 64.57 }, headers: { "Retry-After": "65" }, restMs: 65_000 },
    { json: { retry_after: 3 }, headers: { "Retry-After": "1" }, restMs: 3000 },
    { json: { retry_after: 1.0001 }, headers: {}, restMs: 1001 },
    { json: null, headers: { "Retry-After": "7" }, restMs: 7000 },
    { json: null, headers: { "Retry-After": "0.25" }, restMs: 250 },
    { json: null, headers: {}, restMs: 10_000 },
    { json: { retry_after: "x" }, headers: {}, restMs: 10_000 },
    { json: { retry_after: 1e9 }, headers: {}, restMs: 3_600_000 },
  ])("rests as long as it says: $json, $headers", ({ json, headers, restMs }) => {
    expect(heard(edit(), { status: 429, json, headers })).toEqual({
      result: failed("rate_limited", true, restMs),
      news: { notBefore: at(20_000 + restMs) },
    });
  });
});

describe("a token that Discord does not know", () => {
  test.each([
    { ageMs: 0, restMs: 500 },
    { ageMs: 2499, restMs: 500 },
    { ageMs: 2500, restMs: 1000 },
    { ageMs: 3500, restMs: 2000 },
    { ageMs: 5500, restMs: 4000 },
    { ageMs: 14_999, restMs: 4000 },
  ])("is not known yet at $ageMs ms", ({ ageMs, restMs }) => {
    for (const code of [10_015, 10_062]) {
      expect(heard(edit(ageMs), { status: 404, json: { code } })).toEqual({
        result: failed("http_status", true, restMs),
        news: {},
      });
    }
  });

  test.each([
    { status: 404, json: { code: 10_015 } },
    { status: 404, json: { code: 10_062 } },
    { status: 404, json: null },
    { status: 401, json: { code: 50_027 } },
    { status: 401, json: null },
  ])("is over later, for every call of it: $status $json", (given) => {
    for (const saying of [edit(15_000), followUp()]) {
      expect(heard(saying, given)).toEqual({
        result: failed("expired", true, 0),
        news: { isWayClosed: true },
      });
    }
  });
});

describe("a refusal that something else can be said after", () => {
  test("is that of a first message that is gone: another one is sent", () => {
    const verdict = heard(edit(), { status: 404, json: { code: 10_008 } });
    const next = callOf(aDiscordSaying({ memory: verdict.news }));

    expect(verdict).toEqual({
      result: failed("http_status", true, 0),
      news: { refused: ["original"] },
    });
    expect(next.method).toBe("POST");
  });

  test("is that of one message too many: the first one is edited instead", () => {
    const saying = followUp({ memory: { refused: ["files"] } });
    const verdict = heard(saying, { status: 400, json: { code: 40_094 } });
    const next = callOf(followUp({ memory: verdict.news }));

    expect(verdict).toEqual({
      result: failed("http_status", true, 0),
      news: { refused: ["files", "follow_ups"] },
    });
    expect(next.method).toBe("PATCH");
  });

  test.each([
    { status: 413, json: null },
    { status: 413, json: { code: 40_005 } },
    { status: 400, json: { code: 50_045 } },
    { status: 400, json: { code: 30_015 } },
  ])("is that of its files, by token and bot: $status $json", (given) => {
    for (const saying of [aDiscordSaying({ telling: filed }), post({ telling: filed })]) {
      const verdict = heard(saying, given);
      const next = callOf({ ...saying, memory: { ...saying.memory, ...verdict.news } });

      expect(verdict.result).toEqual(failed("http_status", true, 0));
      expect(callOf(saying).body.kind).toBe("files");
      expect(next.body.kind).toBe("json");
    }
  });
});

describe("what stays as it is", () => {
  test.each([
    { status: 400, json: { code: 50_035 } },
    { status: 400, json: { code: 50_006 } },
    { status: 400, json: { code: 200_000 } },
    { status: 403, json: { code: 50_001 } },
    { status: 413, json: { code: 40_005 } },
    { status: 400, json: { code: 40_094 } },
  ])("is final for an edit: $status $json", (given) => {
    expect(heard(edit(), given)).toEqual({ result: failed("http_status", false), news: {} });
  });

  test.each([
    { status: 401, json: { code: 40_001 } },
    { status: 403, json: { code: 50_013 } },
    { status: 404, json: { code: 10_003 } },
    { status: 404, json: { code: 10_008 } },
  ])("is final for the bot: $status $json", (given) => {
    expect(heard(post(), given)).toEqual({ result: failed("http_status", false), news: {} });
    expect(heard(direct(null), given).result).toEqual(failed("http_status", false));
  });

  test("is a way elsewhere, where nothing is sent", () => {
    expect(heard(edit(), { status: 302 }).result).toEqual(failed("redirect", false));
  });
});

test.each([500, 502, 503, 504, 408])("%i may pass", (status) => {
  expect(heard(edit(), { status })).toEqual({ result: failed("http_status", true), news: {} });
});
