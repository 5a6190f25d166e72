import { describe, expect, test } from "vitest";
import { isSslCheck, readSlackRequest } from "../../../src/channels/slack/read-request.ts";
import { type SlackStart, scopeOf } from "../../../src/channels/slack/request.ts";
import type { JsonObject } from "../../../src/lang/json.ts";
import vectors from "../../vectors/slack-requests.json" with { type: "json" };

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

const bytes = (text: string) => new TextEncoder().encode(text);
const readForm = (body: string) => readSlackRequest({ contentType: FORM, body: bytes(body) });
const readJson = (json: unknown) =>
  readSlackRequest({ contentType: JSON_TYPE, body: bytes(JSON.stringify(json)) });
const readPayload = (json: JsonObject) =>
  readForm(new URLSearchParams({ payload: JSON.stringify(json) }).toString());

function readVector(name: string) {
  const found = vectors.requests.find((request) => request.name === name);
  if (found === undefined) throw new Error(`There is no vector ${name}`);
  const contentType = found.headers["content-type"];
  const read = readSlackRequest({ contentType, body: bytes(found.body) });
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

const COMMAND = {
  kind: "command",
  command: "/ask",
  text: "summarise this",
  teamId: "T0001",
  channelId: "C2147483705",
  userId: "U2147483697",
  userName: "steve",
  responseUrl: "https://hooks.slack.com/commands/T0001/1234/5678",
  triggerId: "13345224609.738474920.8088930838d88f008e0",
};

const MENTION = {
  type: "app_mention",
  user: "U2147483697",
  text: "<@U0BOT> status",
  channel: "C2147483705",
  ts: "1763665200.000100",
  threadTs: null,
  botId: null,
};

describe("a request of Slack's is read", () => {
  test.each([
    { name: "slash command", request: COMMAND },
    { name: "slash command, Enterprise Grid org install", request: COMMAND },
    { name: "slash command, empty text", request: { ...COMMAND, text: "" } },
    {
      name: "slash command, unicode and plus",
      request: { ...COMMAND, text: "héllo 世界 🚀 1+1=2 & more" },
    },
    { name: "ssl_check (signed)", request: { kind: "ssl_check" } },
    { name: "ssl_check (unsigned)", request: { kind: "ssl_check" } },
  ])("$name", ({ name, request }) => {
    expect(readVector(name)).toEqual(request);
  });

  test.each(["event_callback app_mention", "event_callback, first retry"])("%s", (name) => {
    expect(readVector(name)).toMatchObject({
      kind: "event_callback",
      eventId: "Ev0001",
      teamId: "T0001",
      event: MENTION,
      isOwn: false,
    });
  });

  test("interactivity: view_submission", () => {
    expect(readVector("interactivity: view_submission")).toEqual({
      kind: "view_submission",
      userId: "U2147483697",
      userName: "steve",
      teamId: "T0001",
      callbackId: "hl_ask",
      privateMetadata: "",
      stateValues: { b_prompt: { a_prompt: { type: "plain_text_input", value: "hello\nworld" } } },
    });
  });

  test("the question whether the address is ours", () => {
    expect(readJson({ type: "url_verification", token: "t", challenge: "3eZbrw" })).toEqual({
      ok: true,
      value: { kind: "url_verification", challenge: "3eZbrw" },
    });
  });

  test("that there is too much", () => {
    expect(readJson({ type: "app_rate_limited", team_id: "T1" })).toEqual({
      ok: true,
      value: { kind: "app_rate_limited", teamId: "T1" },
    });
  });

  test("what somebody typed, with the signs that Slack has written out", () => {
    const text = "a &lt;b&gt; &amp;amp; <@U1|steve> &quot;";
    const form = new URLSearchParams({
      command: "/ask",
      text,
      team_id: "T1",
      channel_id: "C1",
      user_id: "U1",
      response_url: "https://hooks.slack.com/commands/1",
      trigger_id: "1.2.3",
    });

    expect(readForm(form.toString())).toMatchObject({
      value: { text: "a <b> &amp; <@U1|steve> &quot;", userName: null },
    });
  });

  test.each(["invented", "toString", "__proto__"])(
    "also where it is of a later kind: %s",
    (type) => {
      expect(readPayload({ type })).toEqual({ ok: true, value: { kind: "other", type } });
      expect(readJson({ type })).toEqual({ ok: true, value: { kind: "other", type } });
    },
  );
});

const WHO = { user: { id: "U1", username: "steve" }, team: { id: "T1" } };
const BY = { userId: "U1", userName: "steve", teamId: "T1" };

describe("an interaction is read", () => {
  test("of buttons and lists, with what stands in the fields", () => {
    const payload = {
      type: "block_actions",
      ...WHO,
      channel: { id: "C1" },
      container: { type: "message", message_ts: "1.2", channel_id: "C1", thread_ts: "1.1" },
      actions: [
        { action_id: "a", block_id: "b", type: "button", value: "v" },
        { action_id: "l", type: "static_select", selected_option: { value: "two" } },
        { type: "button" },
        "nonsense",
      ],
      state: { values: { b: { a: { type: "plain_text_input", value: "x" } } } },
      response_url: "https://hooks.slack.com/actions/1",
      trigger_id: "1.2.3",
    };

    expect(readPayload(payload)).toEqual({
      ok: true,
      value: {
        kind: "block_actions",
        ...BY,
        channelId: "C1",
        responseUrl: "https://hooks.slack.com/actions/1",
        triggerId: "1.2.3",
        messageTs: "1.2",
        threadTs: "1.1",
        actions: [
          { actionId: "a", value: "v", selected: null },
          { actionId: "l", value: null, selected: "two" },
        ],
        stateValues: { b: { a: { type: "plain_text_input", value: "x" } } },
      },
    });
  });

  test("of a place that has no channel and no team of its own", () => {
    const payload = { type: "block_actions", user: { id: "U1", name: "steve", team_id: "T2" } };

    expect(readPayload(payload)).toMatchObject({
      value: { userName: "steve", teamId: "T2", channelId: null, actions: [], stateValues: {} },
    });
  });

  test("of a shortcut on a message", () => {
    const payload = {
      type: "message_action",
      ...WHO,
      callback_id: "sum",
      trigger_id: "1.2.3",
      response_url: "https://hooks.slack.com/app/1",
      channel: { id: "C1" },
      message: { ts: "1.2", text: "a &amp; b", thread_ts: "1.1" },
    };

    expect(readPayload(payload)).toEqual({
      ok: true,
      value: {
        kind: "message_action",
        ...BY,
        callbackId: "sum",
        triggerId: "1.2.3",
        responseUrl: "https://hooks.slack.com/app/1",
        channelId: "C1",
        messageTs: "1.2",
        messageText: "a & b",
        threadTs: "1.1",
      },
    });
  });

  test.each([
    {
      payload: { type: "shortcut", callback_id: "go", trigger_id: "1.2.3" },
      value: { kind: "shortcut", callbackId: "go", triggerId: "1.2.3" },
    },
    {
      payload: { type: "view_closed", view: { callback_id: "go", private_metadata: "m" } },
      value: { kind: "view_closed", callbackId: "go", privateMetadata: "m", stateValues: {} },
    },
    {
      payload: { type: "block_suggestion", action_id: "a", value: "he" },
      value: { kind: "block_suggestion", actionId: "a", value: "he" },
    },
  ])("of $payload.type", ({ payload, value }) => {
    expect(readPayload({ ...payload, ...WHO })).toEqual({ ok: true, value: { ...value, ...BY } });
  });
});

describe("what cannot be read is refused", () => {
  test.each([
    { what: "a form that is no command", body: "a=b" },
    { what: "an empty body", body: "" },
    { what: "a payload that is no JSON", body: "payload=%7B" },
    { what: "a payload that is a list", body: "payload=%5B%5D" },
    { what: "a payload without a type", body: "payload=%7B%7D" },
    { what: "a number that JSON cannot write", body: 'payload={"type":"shortcut","n":1e400}' },
    { what: "a payload too deep", body: `payload=${"[".repeat(100)}${"]".repeat(100)}` },
    { what: "an interaction of nobody", body: 'payload={"type":"block_actions"}' },
    { what: "a shortcut without a name", body: 'payload={"type":"shortcut","user":{"id":"U1"}}' },
    {
      what: "a shortcut on no message",
      body: 'payload={"type":"message_action","user":{"id":"U1"},"callback_id":"c"}',
    },
  ])("$what", ({ body }) => {
    expect(readForm(body)).toMatchObject({ ok: false });
  });

  test("a command without what an answer needs, by the names of what is missing", () => {
    expect(readForm("command=/ask&team_id=T1&channel_id=C1&user_id=U1")).toEqual({
      ok: false,
      reason: "Send a command: it has no response_url, trigger_id",
    });
  });

  test.each([
    { what: "no type", json: {} },
    { what: "no object", json: [] },
    { what: "no challenge", json: { type: "url_verification" } },
    { what: "no event_id", json: { type: "event_callback", event: { type: "message" } } },
    { what: "no event", json: { type: "event_callback", event_id: "Ev1" } },
  ])("JSON with $what", ({ json }) => {
    expect(readJson(json)).toMatchObject({ ok: false });
  });

  test("bytes that are no text", () => {
    const body = Uint8Array.from([0x61, 0x3d, 0xff]);

    expect(readSlackRequest({ contentType: FORM, body }).ok).toBe(false);
  });
});

test.each([
  { body: "ssl_check=1&token=XXYYZZ", contentType: FORM, is: true },
  { body: "ssl_check=1", contentType: null, is: true },
  { body: "ssl_check=0", contentType: FORM, is: false },
  { body: "command=%2Fask&text=ssl_check%3D1", contentType: FORM, is: false },
  { body: '{"ssl_check":"1"}', contentType: JSON_TYPE, is: false },
])("$body is a look at the certificate: $is", ({ body, contentType, is }) => {
  expect(isSslCheck({ contentType, body: bytes(body) })).toBe(is);
});

describe("an event is the app's own", () => {
  const isOwn = (event: JsonObject, over: JsonObject = {}) => {
    const read = readJson({
      type: "event_callback",
      event_id: "Ev1",
      api_app_id: "A1",
      event: { type: "message", ...event },
      authorizations: [
        { user_id: "UBOT", is_bot: true },
        { user_id: "UOWNER", is_bot: false },
      ],
      ...over,
    });
    return read.ok && read.value.kind === "event_callback" && read.value.isOwn;
  };

  test.each([
    { event: { bot_id: "B1" }, own: true },
    { event: { user: "UBOT" }, own: true },
    { event: { user: "U1", app_id: "A1" }, own: true },
    { event: { user: "U1", app_id: "A2" }, own: false },
    { event: { user: "UOWNER" }, own: false },
    { event: { user: "U1" }, own: false },
    { event: {}, own: false },
  ])("$event: $own", ({ event, own }) => {
    expect(isOwn(event)).toBe(own);
  });

  test("not where nobody is said to be a bot", () => {
    expect(isOwn({}, { authorizations: [{ is_bot: true }] })).toBe(false);
    expect(isOwn({ user: "UBOT" }, { authorizations: null })).toBe(false);
  });
});

describe("a payload's places lead", () => {
  const scope = (read: ReturnType<typeof readForm>) => {
    if (!read.ok) throw new Error(read.reason);
    return scopeOf(read.value as SlackStart);
  };

  test("into a command", () => {
    expect(scopeOf(readVector("slash command") as SlackStart)).toEqual({
      text: "summarise this",
      command: "/ask",
      user: { id: "U2147483697", name: "steve" },
      channel: { id: "C2147483705" },
      team: { id: "T0001" },
    });
  });

  test("into a message that a shortcut was called on", () => {
    const payload = {
      type: "message_action",
      ...WHO,
      callback_id: "sum",
      trigger_id: "1.2.3",
      response_url: "https://hooks.slack.com/app/1",
      channel: { id: "C1" },
      message: { ts: "1.2", text: "a &gt; b" },
    };

    expect(scope(readPayload(payload))).toEqual({
      text: "a > b",
      command: null,
      user: { id: "U1", name: "steve" },
      channel: { id: "C1" },
      team: { id: "T1" },
      message: { text: "a > b", ts: "1.2" },
    });
  });

  test("nowhere near a channel from a shortcut that has none", () => {
    const payload = { type: "shortcut", callback_id: "go", trigger_id: "1.2.3", ...WHO };

    expect(scope(readPayload(payload))).toMatchObject({ text: null, channel: { id: null } });
  });

  test("into an event, with all that Slack says of it", () => {
    const event = { type: "reaction_added", user: "U1", reaction: "eyes", text: "&lt;" };

    expect(
      scope(readJson({ type: "event_callback", event_id: "Ev1", team_id: "T1", event })),
    ).toEqual({
      text: "<",
      command: null,
      user: { id: "U1", name: null },
      channel: { id: null },
      team: { id: "T1" },
      event: { ...event, text: "<" },
    });
  });
});
