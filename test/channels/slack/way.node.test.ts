import { describe, expect, test } from "vitest";
import { slackSaid } from "../../../src/channels/slack/say.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { at } from "../../support/a-job.ts";
import { API, aSaying, callOf, RESPONSE_URL, type SayingOver } from "./a-saying.ts";

const said = (over: SayingOver) => slackSaid(aSaying(over));
const call = (over: SayingOver) => callOf(said(over));

const ENDED = [
  { why: "its uses are used up", over: { memory: { uses: 5 } } },
  { why: "it leads nowhere any more", over: { memory: { isWayClosed: true } } },
  { why: "its last quarter of a minute has begun", over: { now: at(29.75 * 60_000) } },
  { why: "a shorter life is over", over: { seat: { urlLifeMs: seconds(60) }, now: at(59_500) } },
  { why: "there is none", over: { seat: { responseUrl: null } } },
] as const;

describe.each(ENDED)("once $why", ({ over }) => {
  test("it is too late where there is no bot", () => {
    expect(said(over)).toEqual({ kind: "too_late" });
  });

  test("it is too late where the bot knows no channel", () => {
    const seat = { ...("seat" in over ? over.seat : {}), channelId: null };

    expect(said({ ...over, seat, hasBot: true })).toEqual({ kind: "too_late" });
  });

  test("the bot says it", () => {
    expect(call({ ...over, hasBot: true })).toMatchObject({
      method: "POST",
      url: `${API}/chat.postMessage`,
      auth: "bot",
      isRepeatable: false,
      begins: { posting: { part: 0 } },
      body: { kind: "json", json: { channel: "C1", text: "hello" } },
    });
  });
});

describe("shortly before a response_url is over", () => {
  const says = (ms: number, over: SayingOver) => call({ now: at(ms), ...over }).url;
  const bot = `${API}/chat.postMessage`;
  const again = { telling: { isRetry: true } };

  test("what is new is said by the bot, where there is one", () => {
    const from = minutes(29.25);

    expect(says(from - 1, { hasBot: true })).toBe(RESPONSE_URL);
    expect(says(from, { hasBot: true })).toBe(bot);
    expect(says(from, {})).toBe(RESPONSE_URL);
  });

  test("what was tried is tried there again", () => {
    const until = minutes(29.75);

    expect(says(until - 1, { hasBot: true, ...again })).toBe(RESPONSE_URL);
    expect(says(until, { hasBot: true, ...again })).toBe(bot);
    expect(says(until - 1, {})).toBe(RESPONSE_URL);
  });
});
