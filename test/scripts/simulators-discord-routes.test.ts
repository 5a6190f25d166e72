import { describe, expect, test } from "vitest";
import { takeInlineAnswer } from "../../scripts/simulators/discord/inline-answer.ts";
import { INTERACTION } from "../../scripts/simulators/discord/limits.ts";
import type { DiscordOptions } from "../../scripts/simulators/discord/options.ts";
import { DiscordApi } from "../../scripts/simulators/discord-api.ts";
import type { Fault } from "../../scripts/simulators/faults.ts";
import { anAnswer, aRequest } from "./a-request.ts";

const START = 1_800_000_000_000;
const BOT = { authorization: "Bot simulated-bot-token" };

/** An interaction that waits for its answer. */
async function thinking(options: Partial<DiscordOptions> = {}) {
  const clock = { ms: START };
  const api = new DiscordApi({ now: () => clock.ms, ...options });
  const channelId = api.world.openChannel();
  const about = { channelId, userId: "3", isUserInstalled: false, sourceId: null };
  const interaction = api.world.begin({ type: INTERACTION.command, ...about });
  await takeInlineAnswer(api.world, interaction, anAnswer({ type: 5 }));
  const path = `/api/v10/webhooks/${interaction.applicationId}/${interaction.token}/messages/@original`;
  return { api, clock, channelId, path };
}

describe("files in Discord", () => {
  function formOf(payload: object, ...names: readonly string[]): FormData {
    const form = new FormData();
    form.set("payload_json", JSON.stringify(payload));
    for (const [index, name] of names.entries()) {
      form.set(`files[${index}]`, new File([`of ${name}`], name, { type: "text/plain" }));
    }
    return form;
  }

  test("come with the message, under the names that it gives them", async () => {
    const { api, path, channelId } = await thinking();
    const form = formOf({ content: "here", attachments: [{ id: 0, filename: "b.txt" }] }, "a.txt");

    const { status } = await api.answer(await aRequest("PATCH", path, { form }));

    const files = api.screen(channelId).messages.flatMap((message) => message.files);
    expect(status).toBe(200);
    expect(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ["b.txt", "of a.txt"],
    ]);
  });

  test("stay with an edit unless it says which ones do", async () => {
    const { api, path, channelId } = await thinking();
    const names = () =>
      api.screen(channelId).messages.flatMap(({ files }) => files.map(({ name }) => name));
    await api.answer(await aRequest("PATCH", path, { form: formOf({ content: "1" }, "a.txt") }));
    await api.answer(await aRequest("PATCH", path, { form: formOf({ content: "2" }, "b.txt") }));
    const both = names();

    await api.answer(await aRequest("PATCH", path, { json: { attachments: [] } }));

    expect([both, names()]).toEqual([["a.txt", "b.txt"], []]);
  });

  test.each([
    { what: "eleven files", names: "abcdefghijk".split(""), max: 100, answer: [400, 30_015] },
    { what: "a file that is too large", names: ["a"], max: 3, answer: [413, 40_005] },
  ])("$what are refused", async ({ names, max, answer }) => {
    const { api, path } = await thinking({ fileBytesMax: max });
    const form = formOf({ content: "x" }, ...names);

    const { status, body } = await api.answer(await aRequest("PATCH", path, { form }));

    expect([status, (body as { readonly code: number }).code]).toEqual(answer);
  });

  test("a body of another kind, and one that is no JSON, are refused", async () => {
    const { api, path } = await thinking();
    const sent = await aRequest("PATCH", path, { json: {} });
    const text = { ...sent, headers: { "content-type": "text/plain" } };
    const broken = { ...sent, bytes: new TextEncoder().encode("{") };

    const codes = [await api.answer(text), await api.answer(broken)].map(
      ({ body }) => (body as { readonly code: number }).code,
    );

    expect(codes).toEqual([50_035, 50_109]);
  });
});

describe("Discord's rate limits", () => {
  test("are told in every answer, and in a 429 as seconds that are not whole", async () => {
    const rateLimit = { requests: 1, windowMs: 2000 };
    const { api, clock, path } = await thinking({ rateLimit });
    const request = await aRequest("PATCH", path, { json: { content: "x" } });

    const first = await api.answer(request);
    clock.ms += 500;
    const second = await api.answer(request);

    expect(first.headers).toMatchObject({
      "x-ratelimit-limit": "1",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset-after": "2",
    });
    expect(second).toMatchObject({
      status: 429,
      headers: { "retry-after": "2" },
      body: { retry_after: 1.5, global: false },
    });
  });

  test("whoever does not wait breaks a rule, and whoever does is let through", async () => {
    const rateLimit = { requests: 1, windowMs: 2000 };
    const { api, clock, path } = await thinking({ rateLimit });
    const request = await aRequest("PATCH", path, { json: { content: "x" } });
    await api.answer(request);
    await api.answer(request);

    clock.ms += 1990;
    await api.answer(request);
    const rules = api.breaches.map(({ rule, toldAt }) => [rule, toldAt]);
    clock.ms += 10;

    expect(rules).toEqual([["called_too_early", START]]);
    expect((await api.answer(request)).status).toBe(200);
    expect(api.breaches).toHaveLength(1);
  });
});

describe("faults on the way", () => {
  test.each([
    { fault: "error", taken: false, heard: 500 },
    { fault: "cut_before", taken: false, heard: null },
    { fault: "cut_after", taken: true, heard: null },
  ] as const)("$fault: it was taken is $taken", async ({ fault, taken, heard }) => {
    const faults: Fault[] = [fault];
    const { api, channelId, path } = await thinking({ drawFault: () => faults.pop() ?? "none" });
    const http = await api.start();
    const url = `${new URL(http.url).origin}${path}`;
    const headers = { "content-type": "application/json" };

    const send = () => fetch(url, { method: "PATCH", headers, body: '{"content":"x"}' });
    const status = await send().then(
      (response) => response.status,
      () => null,
    );
    http.stop();

    const [message] = api.screen(channelId).messages;
    expect({ status, taken: message?.isThinking === false }).toEqual({ status: heard, taken });
  });
});

describe("the bot in Discord", () => {
  test("writes in a channel, with its token and not without", async () => {
    const { api, channelId } = await thinking();
    const path = `/api/v10/channels/${channelId}/messages`;
    const json = { content: "late" };

    const without = await api.answer(await aRequest("POST", path, { json }));
    const withToken = await api.answer(await aRequest("POST", path, { json, headers: BOT }));

    expect([without.status, withToken.status]).toEqual([401, 200]);
    expect(api.screen(channelId).messages.map(({ by, text }) => [by, text])).toEqual([
      ["answer", ""],
      ["bot", "late"],
    ]);
  });

  test("says the same once, where a nonce is enforced", async () => {
    const { api, channelId } = await thinking();
    const path = `/api/v10/channels/${channelId}/messages`;
    const json = { content: "late", nonce: "job-1", enforce_nonce: true };
    const request = await aRequest("POST", path, { json, headers: BOT });

    const first = await api.answer(request);
    const second = await api.answer(request);

    expect(second.body).toEqual(first.body);
    expect(api.screen(channelId).messages).toHaveLength(2);
  });

  test("cannot write where there is no channel, and opens one with a person", async () => {
    const { api } = await thinking();
    const write = async (id: string) =>
      api.answer(
        await aRequest("POST", `/api/v10/channels/${id}/messages`, {
          json: { content: "x" },
          headers: BOT,
        }),
      );
    const wanted = { json: { recipient_id: "3" }, headers: BOT };
    const opened = await api.answer(await aRequest("POST", "/api/v10/users/@me/channels", wanted));

    const { id } = opened.body as { readonly id: string };
    expect([(await write("12345")).status, (await write(id)).status]).toEqual([404, 200]);
  });
});

describe("the commands of an application in Discord", () => {
  const path = "/api/v10/applications/1090000000000000001";
  const put = async (api: DiscordApi, where: string, json: unknown) =>
    api.answer(await aRequest("PUT", `${path}${where}/commands`, { json, headers: BOT }));
  const command = (name: string, more: object = {}) => ({ name, description: "d", ...more });

  test("are replaced all at once, in each scope for itself, and keep their ids by name", async () => {
    const { api } = await thinking();
    await put(api, "", [command("a"), command("b")]);
    const [before] = api.commands() as readonly { readonly id: string }[];

    await put(api, "", [command("a", { description: "new" })]);
    await put(api, "/guilds/10", [command("c")]);

    expect(api.commands()).toMatchObject([{ id: before?.id, name: "a", description: "new" }]);
    expect(api.commands("10")).toMatchObject([{ name: "c", guild_id: "10" }]);
  });

  test.each([
    { what: "capitals in a name", list: [command("Ask")] },
    { what: "a blank in a name", list: [command("a b")] },
    { what: "no description", list: [command("a", { description: "" })] },
    { what: "a name twice", list: [command("a"), command("a")] },
    {
      what: "what is required after what is not",
      list: [command("a", { options: [command("x"), command("y", { required: true })] })],
    },
    {
      what: "choices beside suggestions",
      list: [
        command("a", {
          options: [
            command("x", { type: 3, autocomplete: true, choices: [{ name: "1", value: "1" }] }),
          ],
        }),
      ],
    },
    { what: "a hundred and one", list: Array.from({ length: 101 }, (_, n) => command(`c${n}`)) },
  ])("$what is refused, and nothing changes", async ({ list }) => {
    const { api } = await thinking();

    expect((await put(api, "", list)).status).toBe(400);
    expect(api.commands()).toEqual([]);
  });
});
