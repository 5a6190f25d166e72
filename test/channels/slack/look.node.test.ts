import { describe, expect, test } from "vitest";
import { slackHeard } from "../../../src/channels/slack/heard.ts";
import { slackSaid } from "../../../src/channels/slack/say.ts";
import type { JsonObject } from "../../../src/lang/json.ts";
import { seconds } from "../../../src/lang/time.ts";
import { at } from "../../support/a-job.ts";
import { API, anAnswer, aSaying, callOf, jsonOf, type SayingOver, succeeded } from "./a-saying.ts";

const NOW = at(1000);
const botMessage = { channel: "C1", id: "1.2" };
const bot = { hasBot: true, seat: { responseUrl: null } };

const call = (over: SayingOver) => callOf(slackSaid(aSaying(over)));
const sent = (over: SayingOver) => jsonOf(call(over));
const methodOf = (over: SayingOver) => call(over).url.replace(`${API}/`, "");

function heard(over: SayingOver, ...answer: Parameters<typeof anAnswer>) {
  return slackHeard({ saying: aSaying(over), call: call(over), answer: anAnswer(...answer) });
}

const failed = (error: string, restMs: number | null, news: object) => ({
  result: { kind: "failed", error, retryable: true, restMs },
  news,
});

describe("the bot", () => {
  test("marks each message, so that one can be found of which nobody knows whether it arrived", () => {
    const snapshot = succeeded("hello");
    const over = { ...bot, telling: { snapshot }, now: at(500) };
    const { job_id, seq } = snapshot;

    expect(sent(over)).toMatchObject({
      metadata: { event_type: "holdline_message", event_payload: { job_id, seq, part: 0 } },
    });
    expect(call(over).begins).toEqual({ posting: { seq, part: 0, at: at(500) } });
  });

  const posting = { seq: 4, part: 0, at: at(1500) };
  const AROUND = {
    channel: "C1",
    limit: "15",
    oldest: ((at(1500) - seconds(30)) / 1000).toFixed(6),
    latest: ((at(1500) + seconds(30)) / 1000).toFixed(6),
    include_all_metadata: "true",
  };

  test.each([
    { threadTs: null, method: "conversations.history", fields: AROUND },
    { threadTs: "1.1", method: "conversations.replies", fields: { ...AROUND, ts: "1.1" } },
  ])("looks for it before it says anything new: $method", ({ threadTs, method, fields }) => {
    const seat = { ...bot.seat, threadTs };

    expect(call({ ...bot, seat, memory: { posting } })).toEqual({
      method: "POST",
      url: `${API}/${method}`,
      auth: "bot",
      body: { kind: "form", fields },
      isRepeatable: true,
      begins: {},
    });
  });

  test("does not look where it edits, nor where one person alone sees it", () => {
    const ephemeral = { ...bot.seat, response: "ephemeral" } as const;

    expect(methodOf({ ...bot, memory: { posting, botMessage: botMessage } })).toBe("chat.update");
    expect(methodOf({ ...bot, seat: ephemeral, memory: { posting } })).toBe("chat.postEphemeral");
  });
});

describe("a message of which nobody knows whether it arrived", () => {
  const snapshot = succeeded("hello");
  const posting = { seq: snapshot.seq, part: 0, at: NOW };
  const unsure = { ...bot, telling: { snapshot } };
  const looked = { ...unsure, memory: { posting } };
  const payload = { job_id: snapshot.job_id, seq: snapshot.seq, part: 0 };
  const holding = (event_payload: JsonObject, event_type = "holdline_message") => ({
    ok: true,
    messages: [
      { type: "message", ts: "1.1", text: "somebody else's" },
      { type: "message", ts: "1.2", metadata: { event_type, event_payload } },
    ],
  });

  test("is not said again where the channel has it", () => {
    expect(heard(looked, 200, holding(payload))).toEqual({
      result: { kind: "said" },
      news: { saidAt: NOW, posting: null, botMessage },
    });
  });

  test("is followed by the next one", () => {
    const long = { snapshot: succeeded("word ".repeat(3000)), part: 1 };
    const memory = { posting: { ...posting, part: 1 }, filesRefusedAt: 1 };
    const first = { ...looked, telling: { ...long, part: 0 }, memory: { ...memory, posting } };

    expect(heard(first, 200, holding(payload)).result).toEqual({ kind: "more" });
    const second = heard(
      { ...looked, telling: long, memory },
      200,
      holding({ ...payload, part: 1 }),
    );
    expect(second.news).not.toHaveProperty("botMessage");
    expect(second.result).toEqual({ kind: "said" });
  });

  test.each([
    { what: "nothing", json: { ok: true, messages: [] } },
    { what: "another job's", json: holding({ ...payload, job_id: "job-2" }) },
    { what: "another event's", json: holding({ ...payload, seq: snapshot.seq - 1 }) },
    { what: "another part", json: holding({ ...payload, part: 1 }) },
    { what: "another app's", json: holding(payload, "theirs") },
    { what: "no right to look", json: { ok: false, error: "missing_scope" } },
    { what: "nothing readable", json: null },
  ])("is said again at once where the channel has $what", ({ json }) => {
    expect(heard(looked, 200, json)).toEqual(failed("http_status", 0, { posting: null }));
  });

  test("is replaced by what is to be said now", () => {
    const before = { ...posting, seq: snapshot.seq - 1 };
    const json = holding({ ...payload, seq: before.seq });

    expect(heard({ ...unsure, memory: { posting: before } }, 200, json)).toEqual(
      failed("http_status", 0, { posting: null, botMessage }),
    );
  });

  test.each([
    {
      answer: [200, { ok: false, error: "internal_error" }],
      verdict: failed("http_status", null, {}),
    },
    { answer: [503], verdict: failed("http_status", null, {}) },
    {
      answer: [200, { ok: false, error: "ratelimited" }, { "retry-after": "7" }],
      verdict: failed("rate_limited", 7000, { notBefore: at(8000) }),
    },
  ] as const)(
    "is looked for again after $answer",
    ({ answer: [status, json, headers], verdict }) => {
      expect(heard(looked, status, json, headers)).toEqual(verdict);
    },
  );
});
