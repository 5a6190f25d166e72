import { describe, expect, test } from "vitest";
import type { SlackOptions } from "../../scripts/simulators/slack/options.ts";
import { pathOf } from "../../scripts/simulators/slack/response-url.ts";
import { SlackApi } from "../../scripts/simulators/slack-api.ts";
import { aRequest } from "./a-request.ts";

const START = 1_800_000_000_000;
const BOT = { authorization: "Bearer xoxb-simulated" };

/** Slack with a clock that stands still until it is moved, and one command that was typed. */
function slack(options: Partial<SlackOptions> = {}) {
  const clock = { ms: START };
  const api = new SlackApi({ now: () => clock.ms, ...options });
  const channelId = api.world.openChannel();
  const url = api.world.newUrl(channelId, "U1", null);
  return {
    api,
    clock,
    channelId,
    url,
    respond: async (json: unknown) => api.answer(await aRequest("POST", pathOf(url), { json })),
    method: async (name: string, json: unknown) =>
      api.answer(await aRequest("POST", `/api/${name}`, { json, headers: BOT })),
    shown: () => api.screen(channelId).messages.map(({ text, isEphemeral }) => [text, isEphemeral]),
    rules: () => api.breaches.map(({ rule }) => rule),
  };
}

const button = (text: string, more: object = {}) => ({
  type: "button",
  action_id: "a",
  text: { type: "plain_text", text },
  ...more,
});
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });

describe("Slack's response_url", () => {
  test("shows to one person what does not say otherwise", async () => {
    const { respond, shown } = slack();

    const { status, body } = await respond({ text: "a &lt;b&gt; &amp; c" });
    await respond({ text: "for all", response_type: "in_channel" });

    expect({ status, body }).toEqual({ status: 200, body: { ok: true } });
    expect(shown()).toEqual([
      ["a <b> & c", true],
      ["for all", false],
    ]);
  });

  test("replaces what was said first, to whom it was said, and deletes it", async () => {
    const { respond, shown } = slack();
    await respond({ text: "one" });

    await respond({ text: "two", replace_original: true, response_type: "in_channel" });
    const replaced = shown();
    await respond({ delete_original: true });

    expect([replaced, shown()]).toEqual([[["two", true]], []]);
  });

  test("can be used five times, and the sixth breaks a rule", async () => {
    const { respond, rules } = slack({ rateLimit: { requests: 100, windowMs: 1 } });
    const statuses: number[] = [];

    for (const text of "123456") statuses.push((await respond({ text })).status);

    expect({ statuses, rules: rules() }).toEqual({
      statuses: [200, 200, 200, 200, 200, 404],
      rules: ["used_too_often"],
    });
  });

  test("expires: the first call is told so, and every further one breaks a rule", async () => {
    const { respond, clock, rules } = slack({ urlLifeMs: 50 });
    clock.ms += 50;

    const first = await respond({ text: "x" });
    const rulesAfterFirst = rules();
    await respond({ text: "x" });

    expect({ first: first.body, rulesAfterFirst, rules: rules() }).toEqual({
      first: { ok: false, error: "expired_url" },
      rulesAfterFirst: [],
      rules: ["called_after_expiry"],
    });
  });

  test.each([
    { what: "nothing", json: {}, error: "no_text" },
    { what: "too long a text", json: { text: "x".repeat(40_001) }, error: "msg_too_long" },
    {
      what: "51 blocks",
      json: { blocks: Array(51).fill({ type: "divider" }) },
      error: "invalid_blocks",
    },
    { what: "an unknown block", json: { blocks: [{ type: "heading" }] }, error: "invalid_blocks" },
    {
      what: "a section that is too long",
      json: { blocks: [section("x".repeat(3001))] },
      error: "invalid_blocks",
    },
    { what: "an empty section", json: { blocks: [section("")] }, error: "invalid_blocks" },
    {
      what: "26 buttons",
      json: { blocks: [{ type: "actions", elements: Array(26).fill(button("x")) }] },
      error: "invalid_blocks",
    },
    {
      what: "a long label",
      json: { blocks: [{ type: "actions", elements: [button("x".repeat(76))] }] },
      error: "invalid_blocks",
    },
    {
      what: "a long value",
      json: { blocks: [{ type: "actions", elements: [button("x", { value: "x".repeat(2001) })] }] },
      error: "invalid_blocks",
    },
    {
      what: "blocks of one name",
      json: { blocks: Array(2).fill({ type: "divider", block_id: "b" }) },
      error: "invalid_blocks",
    },
    {
      what: "blocks that are too long in all",
      json: { blocks: Array(5).fill(section("x".repeat(2900))) },
      error: "msg_blocks_too_long",
    },
  ])("$what cannot be said, and the rule is broken", async ({ json, error }) => {
    const { respond, rules, shown } = slack();

    expect(await respond(json)).toEqual({ status: 400, body: { ok: false, error } });
    expect({ rules: rules(), shown: shown() }).toEqual({ rules: ["invalid_body"], shown: [] });
  });

  test("has enough when too much comes at once, and says for how long", async () => {
    const { respond, clock, rules } = slack({ rateLimit: { requests: 1, windowMs: 1500 } });
    await respond({ text: "1" });

    const busy = await respond({ text: "2" });
    clock.ms += 1500;

    expect(busy).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
    expect((await respond({ text: "3" })).status).toBe(200);
    expect(rules()).toEqual([]);
  });

  test("is one of those that were given", async () => {
    const { api } = slack();
    const request = await aRequest("POST", "/commands/T0001/R1-none", { json: { text: "x" } });

    expect((await api.answer(request)).status).toBe(404);
  });
});

describe("Slack's Web API", () => {
  test("takes the bot's token only", async () => {
    const { api, channelId } = slack();
    const json = { channel: channelId, text: "x" };
    const say = async (headers: { readonly [name: string]: string }) =>
      (await api.answer(await aRequest("POST", "/api/chat.postMessage", { json, headers }))).body;

    expect([await say({}), await say({ authorization: "Bearer other" })]).toEqual([
      { ok: false, error: "not_authed" },
      { ok: false, error: "invalid_auth" },
    ]);
  });

  test("writes a message and edits it, and one that only one person sees cannot be edited", async () => {
    const { method, channelId, shown } = slack();
    const about = { channel: channelId, text: "one" };
    const { body } = await method("chat.postMessage", about);
    const { ts } = body as { readonly ts: string };
    const whispered = await method("chat.postEphemeral", { ...about, user: "U1", text: "psst" });

    await method("chat.update", { channel: channelId, ts, text: "two" });

    const { message_ts: other } = whispered.body as { readonly message_ts: string };
    const refused = await method("chat.update", { channel: channelId, ts: other, text: "x" });
    expect(refused.body).toEqual({ ok: false, error: "cant_update_message" });
    expect(shown()).toEqual([
      ["two", false],
      ["psst", true],
    ]);
  });

  test("shows a file after its three calls, and not one whose bytes are others", async () => {
    const { api, method, channelId } = slack();
    const bytes = new TextEncoder().encode("héllo");
    const begin = async () => {
      const { body } = await method("files.getUploadURLExternal", { filename: "a.txt", length: 6 });
      return body as { readonly file_id: string; readonly upload_url: string };
    };
    const send = async (url: string, content: Uint8Array<ArrayBuffer>) =>
      api.answer({ ...(await aRequest("POST", new URL(url).pathname)), bytes: content });
    const end = (id: string) =>
      method("files.completeUploadExternal", { files: [{ id }], channel_id: channelId });
    const good = await begin();
    const bad = await begin();

    await send(good.upload_url, bytes);
    await send(bad.upload_url, bytes.slice(1));

    expect((await end(bad.file_id)).body).toEqual({ ok: false, error: "file_not_found" });
    expect((await end(good.file_id)).body).toMatchObject({ ok: true });
    const files = api.screen(channelId).messages.flatMap((message) => message.files);
    expect(files.map(({ name, bytes: content }) => [name, content])).toEqual([["a.txt", bytes]]);
  });

  test("opens a form once, and only at once", async () => {
    const { api, method, clock, channelId } = slack();
    const view = { title: { text: "Who?" }, blocks: [{ type: "input", block_id: "b" }] };
    const [used, old] = [
      api.world.newTrigger(channelId, "U1"),
      api.world.newTrigger(channelId, "U1"),
    ];

    const first = await method("views.open", { trigger_id: used, view });
    const again = await method("views.open", { trigger_id: used, view });
    clock.ms += 3001;
    const late = await method("views.open", { trigger_id: old, view });

    expect([first.body, again.body, late.body]).toMatchObject([
      { ok: true },
      { ok: false, error: "exchanged_trigger_id" },
      { ok: false, error: "expired_trigger_id" },
    ]);
    expect(api.screen(channelId).moments.map(({ what, text }) => [what, text])).toEqual([
      ["form", "Who?"],
    ]);
  });
});
