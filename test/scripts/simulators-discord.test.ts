import { describe, expect, test } from "vitest";
import { takeInlineAnswer } from "../../scripts/simulators/discord/inline-answer.ts";
import type { Interaction } from "../../scripts/simulators/discord/interaction.ts";
import { COMPONENTS_V2, INTERACTION } from "../../scripts/simulators/discord/limits.ts";
import type { DiscordOptions } from "../../scripts/simulators/discord/options.ts";
import { DiscordApi } from "../../scripts/simulators/discord-api.ts";
import { anAnswer, aRequest } from "./a-request.ts";

const START = 1_800_000_000_000;
const THINKING = { type: 5 };

/** Discord with a clock that stands still until it is moved, and one command that was typed. */
function discord(options: Partial<DiscordOptions> = {}, about: Partial<Interaction> = {}) {
  const clock = { ms: START };
  const api = new DiscordApi({ now: () => clock.ms, ...options });
  const channelId = api.world.openChannel();
  const interaction = api.world.begin({
    type: INTERACTION.command,
    channelId,
    userId: "3",
    isUserInstalled: false,
    sourceId: null,
    ...about,
  });
  const { token, applicationId } = interaction;
  const ask = async (method: string, path: string, wanted: Parameters<typeof aRequest>[2] = {}) =>
    api.answer(await aRequest(method, `/api/v10${path}`, wanted));
  return {
    api,
    clock,
    channelId,
    interaction,
    ask,
    acknowledge: (answer: unknown = THINKING) =>
      takeInlineAnswer(api.world, interaction, anAnswer(answer)),
    edit: (json: unknown) =>
      ask("PATCH", `/webhooks/${applicationId}/${token}/messages/@original`, { json }),
    follow: (json: unknown) => ask("POST", `/webhooks/${applicationId}/${token}`, { json }),
    bot: (method: string, path: string, json: unknown) =>
      ask(method, path, { json, headers: { authorization: "Bot simulated-bot-token" } }),
    shown: () => api.screen(channelId).messages.map(({ text }) => text),
    rules: () => api.breaches.map(({ rule }) => rule),
  };
}

function answerOf(reply: { readonly status: number; readonly body: unknown }) {
  return { status: reply.status, code: (reply.body as { readonly code?: number }).code };
}

describe("Discord's token", () => {
  test("is not known before the interaction is acknowledged", async () => {
    const { edit } = discord();

    expect(answerOf(await edit({ content: "x" }))).toEqual({ status: 404, code: 10_015 });
  });

  test("is worth nothing when nobody answered in three seconds", async () => {
    const { edit, clock } = discord();

    clock.ms += 3000;

    expect(answerOf(await edit({ content: "x" }))).toEqual({ status: 404, code: 10_062 });
  });

  test("is not known for a while after the acknowledgement, where that is drawn", async () => {
    const { edit, clock, acknowledge } = discord({ drawLagMs: () => 400 });
    await acknowledge();

    const soon = answerOf(await edit({ content: "x" }));
    clock.ms += 400;

    expect(soon).toEqual({ status: 404, code: 10_015 });
    expect((await edit({ content: "x" })).status).toBe(200);
  });

  test("expires: the first call is told so, and every further one breaks a rule", async () => {
    const { edit, clock, acknowledge, rules } = discord({ tokenLifeMs: 50 });
    await acknowledge();
    clock.ms += 50;

    const first = answerOf(await edit({ content: "x" }));
    const rulesAfterFirst = rules();
    await edit({ content: "x" });

    expect({ first, rulesAfterFirst, rules: rules() }).toEqual({
      first: { status: 401, code: 50_027 },
      rulesAfterFirst: [],
      rules: ["called_after_expiry"],
    });
  });

  test("is not known to another application", async () => {
    const { ask, acknowledge, interaction } = discord();
    await acknowledge();

    const reply = await ask("GET", `/webhooks/5/${interaction.token}/messages/@original`);

    expect(answerOf(reply)).toEqual({ status: 404, code: 10_015 });
  });

  test("needs no bot, and may not have one beside it", async () => {
    const { bot, acknowledge, interaction, rules } = discord();
    await acknowledge();

    const { applicationId, token } = interaction;
    const path = `/webhooks/${applicationId}/${token}/messages/@original`;
    const reply = await bot("PATCH", path, { content: "x" });

    expect({ status: reply.status, rules: rules() }).toEqual({
      status: 401,
      rules: ["bot_token_on_webhook"],
    });
  });
});

describe("Discord's inline answers", () => {
  test.each([
    { what: "a message", answer: { type: 4, data: { content: "hi" } }, shown: ["hi"] },
    { what: "a deferral", answer: { type: 5 }, shown: [""] },
  ])("$what is shown at once", async ({ answer, shown: wanted }) => {
    const { acknowledge, shown, interaction } = discord();

    const { ok } = await acknowledge(answer);

    expect({ ok, at: interaction.acknowledgedAt, shown: shown() }).toEqual({
      ok: true,
      at: START,
      shown: wanted,
    });
  });

  test.each([
    { what: "a pong to a command", answer: { type: 1 } },
    { what: "an update where there is no message", answer: { type: 7, data: { content: "x" } } },
    { what: "too long a message", answer: { type: 4, data: { content: "x".repeat(2001) } } },
    { what: "a deferral with other flags", answer: { type: 5, data: { flags: 4 } } },
    { what: "a form without fields", answer: { type: 9, data: { custom_id: "a", title: "b" } } },
  ])("$what is not taken, and the user sees that nobody responded", async ({ answer }) => {
    const { acknowledge, api, channelId, interaction, rules } = discord();

    const { ok } = await acknowledge(answer);

    expect({ ok, at: interaction.acknowledgedAt, rules: rules() }).toEqual({
      ok: false,
      at: null,
      rules: ["invalid_inline_answer"],
    });
    expect(api.screen(channelId).moments.map(({ what }) => what)).toEqual(["broken"]);
  });

  test("a form opens, with what can be filled in", async () => {
    const { acknowledge } = discord();
    const component = { type: 4, custom_id: "name", style: 1, required: false };
    const data = {
      custom_id: "f",
      title: "Who?",
      components: [{ type: 18, label: "Name", component }],
    };

    const taken = await acknowledge({ type: 9, data });

    expect(taken).toEqual({
      ok: true,
      type: 9,
      form: {
        customId: "f",
        title: "Who?",
        fields: [
          { customId: "name", type: 4, label: "Name", isRequired: false, value: "", options: [] },
        ],
      },
    });
  });
});

describe("Discord's messages", () => {
  const button = { type: 2, style: 1, label: "Yes", custom_id: "yes" };
  const rowOf = (...components: readonly object[]) => ({ type: 1, components });

  test("an edit takes the place of thinking, and a path may be written in another way", async () => {
    const { ask, acknowledge, api, channelId, interaction } = discord();
    await acknowledge({ type: 5, data: { flags: 64 } });
    const http = await api.start();

    const { applicationId, token } = interaction;
    const url = `${http.url}/webhooks/${applicationId}/${token}/messages/%40original`;
    const headers = { "content-type": "application/json" };
    await fetch(url, { method: "PATCH", headers, body: '{"content":"done"}' });
    http.stop();

    const [message] = api.screen(channelId).messages;
    expect(message).toMatchObject({ text: "done", isThinking: false, isEphemeral: true });
    const read = await ask("GET", `/webhooks/${applicationId}/${token}/messages/@original`);
    expect(read.body).toMatchObject({ content: "done", flags: 64, channel_id: channelId });
  });

  test.each([
    { what: "2,001 characters", json: { content: "🌍".repeat(2001) }, code: 50_035 },
    { what: "nothing", json: { content: "" }, code: 50_006 },
    { what: "six rows", json: { components: Array(6).fill(rowOf(button)) }, code: 50_035 },
    {
      what: "a row of six buttons",
      json: { components: [rowOf(...Array(6).fill(button))] },
      code: 50_035,
    },
    {
      what: "a button without an id",
      json: { components: [rowOf({ ...button, custom_id: "" })] },
      code: 50_035,
    },
    {
      what: "two buttons with one id",
      json: { components: [rowOf(button, button)] },
      code: 50_035,
    },
    {
      what: "long labels",
      json: { components: [rowOf({ ...button, label: "x".repeat(81) })] },
      code: 50_035,
    },
    { what: "eleven embeds", json: { embeds: Array(11).fill({ title: "x" }) }, code: 50_035 },
    {
      what: "embeds of 6,001 characters",
      json: { embeds: Array(2).fill({ description: "x".repeat(3001) }) },
      code: 50_035,
    },
    {
      what: "unknown mentions",
      json: { content: "x", allowed_mentions: { parse: ["all"] } },
      code: 50_035,
    },
    {
      what: "mentions in two ways",
      json: { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
      code: 50_035,
    },
    {
      what: "a file that did not come",
      json: { content: "x", attachments: [{ id: 0 }] },
      code: 50_035,
    },
    {
      what: "content beside components alone",
      json: { flags: COMPONENTS_V2, content: "x" },
      code: 50_035,
    },
  ])("$what cannot be said, and the rule is broken", async ({ json, code }) => {
    const { edit, acknowledge, rules } = discord();
    await acknowledge();

    expect(answerOf(await edit(json))).toEqual({ status: 400, code });
    expect(rules()).toEqual(["invalid_body"]);
  });

  test("2,000 characters can be said, however many bytes they are", async () => {
    const { edit, acknowledge, shown } = discord();
    await acknowledge();

    await edit({ content: "🌍".repeat(2000) });

    expect(shown()).toEqual(["🌍".repeat(2000)]);
  });

  test("a fault is named at its place", async () => {
    const { edit, acknowledge } = discord();
    await acknowledge();

    const reply = await edit({ content: "x".repeat(2001) });

    expect(reply.body).toEqual({
      code: 50_035,
      message: "Invalid Form Body",
      errors: {
        content: {
          _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Must be 2000 or fewer in length." }],
        },
      },
    });
  });

  test("an edit leaves what it does not name, and forgets whom the message could ping", async () => {
    const { edit, acknowledge, api, channelId } = discord();
    await acknowledge();
    await edit({ content: "<@7>", components: [rowOf(button)], allowed_mentions: { parse: [] } });
    const [before] = api.screen(channelId).messages;

    await edit({ content: "hi <@7> @everyone" });

    const [after] = api.screen(channelId).messages;
    expect([before?.pings, after?.pings]).toEqual([[], ["user"]]);
    expect(after?.buttons).toEqual(before?.buttons);
  });

  test("a follow-up is a message of its own, and may be for one person", async () => {
    const { edit, follow, acknowledge, api, channelId, shown } = discord();
    await acknowledge();
    await edit({ content: "one" });

    await follow({ content: "two", flags: 64 });

    expect(shown()).toEqual(["one", "two"]);
    expect(api.screen(channelId).messages[1]?.isEphemeral).toBe(true);
  });

  test("a follow-up before the answer takes its place, and breaks a rule", async () => {
    const { follow, acknowledge, shown, rules } = discord();
    await acknowledge();

    await follow({ content: "too soon" });

    expect({ shown: shown(), rules: rules() }).toEqual({
      shown: ["too soon"],
      rules: ["follow_up_before_answer"],
    });
  });

  test("where only the user has installed the application, the sixth follow-up is refused", async () => {
    const rateLimit = { requests: 100, windowMs: 1 };
    const { edit, follow, acknowledge } = discord({ rateLimit }, { isUserInstalled: true });
    await acknowledge();
    await edit({ content: "0" });

    const codes: unknown[] = [];
    for (const content of "123456") codes.push(answerOf(await follow({ content })).code);

    expect(codes).toEqual([undefined, undefined, undefined, undefined, undefined, 40_094]);
  });

  test("what was deleted is not there", async () => {
    const { ask, edit, acknowledge, shown, interaction } = discord();
    await acknowledge();
    await edit({ content: "x" });

    const { applicationId, token } = interaction;
    await ask("DELETE", `/webhooks/${applicationId}/${token}/messages/@original`);

    expect(answerOf(await edit({ content: "y" }))).toEqual({ status: 404, code: 10_008 });
    expect(shown()).toEqual([]);
  });
});
