import { createHmac } from "node:crypto";
import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { verifyKey } from "discord-interactions";
import { describe, expect, test } from "vitest";
import { type LocalHttp, startLocalHttp } from "../../scripts/demo/local-http.ts";
import { DiscordApi } from "../../scripts/simulators/discord-api.ts";
import { DiscordUser } from "../../scripts/simulators/discord-user.ts";
import { signingKey } from "../../scripts/simulators/ed25519.ts";
import { SlackApi } from "../../scripts/simulators/slack-api.ts";
import { SlackUser } from "../../scripts/simulators/slack-user.ts";

const KEY = signingKey("07".repeat(32));

type Heard = { readonly headers: { readonly [name: string]: unknown }; readonly body: string };

/** A gateway that answers everything in the same way, and remembers what it heard. */
async function gatewayThat(
  respond: (body: string) => { readonly status?: number; readonly json?: unknown } | null,
) {
  const heard: Heard[] = [];
  const listener: RequestListener = async (request, response) => {
    const body = await text(request);
    heard.push({ headers: request.headers, body });
    const answer = respond(body);
    if (answer === null) return;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(answer.json === undefined ? "" : JSON.stringify(answer.json));
  };
  const server: LocalHttp = await startLocalHttp(listener);
  return { heard, ...server };
}

describe("somebody in Discord", () => {
  test("signs with the key of the seed, as Discord would", async () => {
    const { seed, publicKey, timestamp, signature } = {
      seed: "07".repeat(32),
      publicKey: "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c",
      timestamp: "1763665200",
      signature:
        "dde4ff9aa061d22f96bedab8af143189b06f1ed41da91d210a7c4079035a439ba928da59dbafc35ac3a48b14debdabb8efb16fd10126e7da13967020284e0007",
    };

    const key = signingKey(seed);

    expect([key.publicKeyHex, key.sign(timestamp, "")]).toEqual([publicKey, signature]);
  });

  test("types a command of three words, and sees the answer", async () => {
    const api = new DiscordApi();
    const channelId = api.world.openChannel();
    const gateway = await gatewayThat(() => ({ json: { type: 4, data: { content: "done" } } }));
    const user = new DiscordUser(api, { gateway: gateway.url, key: KEY });

    const options = [{ name: "id", type: "integer", value: 7 }] as const;
    const { end } = await user.command(channelId, "job admin cancel", options);
    gateway.stop();

    const [{ headers, body } = { headers: {}, body: "" }] = gateway.heard;
    const signature = String(headers["x-signature-ed25519"]);
    const timestamp = String(headers["x-signature-timestamp"]);
    expect(await verifyKey(body, signature, timestamp, KEY.publicKeyHex)).toBe(true);
    expect(end).toEqual({ kind: "taken", type: 4, form: null });
    expect(api.screen(channelId).messages.map((message) => message.text)).toEqual(["done"]);
    expect(JSON.parse(body).data).toEqual({
      id: "1090000000000000020",
      name: "job",
      type: 1,
      options: [
        {
          name: "admin",
          type: 2,
          options: [{ name: "cancel", type: 1, options: [{ name: "id", type: 4, value: 7 }] }],
        },
      ],
    });
  });

  test("presses a button, fills in the form that opens, and sees the message change", async () => {
    const api = new DiscordApi();
    const channelId = api.world.openChannel();
    const components = [
      { type: 1, components: [{ type: 2, style: 1, label: "Answer", custom_id: "open" }] },
    ];
    const input = { type: 18, label: "Name", component: { type: 4, custom_id: "name", style: 1 } };
    const answers: { readonly [type: number]: object } = {
      2: { type: 4, data: { content: "Who?", components } },
      3: { type: 9, data: { custom_id: "form", title: "Who?", components: [input] } },
      5: { type: 7, data: { content: "Thanks", components: [] } },
    };
    const gateway = await gatewayThat((body) => ({ json: answers[JSON.parse(body).type] }));
    const user = new DiscordUser(api, { gateway: gateway.url, key: KEY });
    await user.command(channelId, "ask", []);
    const [message] = api.screen(channelId).messages;

    const pressed = await user.press(channelId, message?.id ?? "", message?.buttons[0]?.id ?? "");
    const form = pressed.end.kind === "taken" ? pressed.end.form : null;
    if (form === null) throw new Error("No form has opened");
    await user.submit(channelId, form, { name: "Mina" });
    gateway.stop();

    const [, press, submit] = gateway.heard.map(({ body }) => JSON.parse(body));
    expect(press).toMatchObject({
      type: 3,
      data: { custom_id: "open" },
      message: { content: "Who?" },
    });
    expect(submit.data.components).toEqual([
      { type: 18, id: 1, component: { id: 2, type: 4, custom_id: "name", value: "Mina" } },
    ]);
    expect(api.screen(channelId).messages.map(({ text: shown }) => shown)).toEqual(["Thanks"]);
  });

  test.each([
    { what: "never answers", respond: () => null, end: "late", times: { answerMsMax: 50 } },
    { what: "answers 500", respond: () => ({ status: 500, json: {} }), end: "refused", times: {} },
  ])("is told that nobody responded when the gateway $what", async (row) => {
    const { respond, end: wanted, times } = row;
    const api = new DiscordApi(times);
    const channelId = api.world.openChannel();
    const gateway = await gatewayThat(respond);
    const user = new DiscordUser(api, { gateway: gateway.url, key: KEY });

    const { end } = await user.command(channelId, "ask", []);
    gateway.stop();

    const { moments } = api.screen(channelId);
    expect([end.kind, moments.map(({ what, text: said }) => [what, said])]).toEqual([
      wanted,
      [["broken", "The application did not respond"]],
    ]);
  });

  test("is told the same when nobody is there", async () => {
    const api = new DiscordApi();
    const channelId = api.world.openChannel();
    const gateway = await gatewayThat(() => null);
    gateway.stop();

    const user = new DiscordUser(api, { gateway: gateway.url, key: KEY });
    const { end } = await user.command(channelId, "ask", []);

    expect(end.kind).toBe("cut");
  });
});

describe("somebody in Slack", () => {
  test("types a command, signed and escaped, and sees the answer", async () => {
    const api = new SlackApi();
    const channelId = api.world.openChannel();
    const gateway = await gatewayThat(() => ({ json: { text: "on it" } }));
    const user = new SlackUser(api, { gateway: gateway.url });

    const { end } = await user.command(channelId, "/ask", "a <b> & c");
    gateway.stop();

    const [{ headers, body } = { headers: {}, body: "" }] = gateway.heard;
    const { signingSecret } = api.world.options;
    const signed = `v0:${headers["x-slack-request-timestamp"]}:${body}`;
    const hmac = createHmac("sha256", signingSecret).update(signed).digest("hex");
    expect(headers["x-slack-signature"]).toBe(`v0=${hmac}`);
    const fields = new URLSearchParams(body);
    expect([fields.get("command"), fields.get("text")]).toEqual(["/ask", "a &lt;b&gt; &amp; c"]);
    expect(end).toEqual({ kind: "taken" });
    expect(
      api.screen(channelId).messages.map(({ text: said, isEphemeral }) => [said, isEphemeral]),
    ).toEqual([["on it", true]]);
  });

  test("presses a button, which has a way to answer of its own", async () => {
    const api = new SlackApi();
    const channelId = api.world.openChannel();
    const element = { type: "button", action_id: "a1", value: "v", text: { text: "Yes" } };
    const blocks = [{ type: "actions", block_id: "b1", elements: [element] }];
    const gateway = await gatewayThat((body) =>
      body.startsWith("payload=") ? {} : { json: { response_type: "in_channel", blocks } },
    );
    const user = new SlackUser(api, { gateway: gateway.url });
    await user.command(channelId, "/ask", "");
    const [message] = api.screen(channelId).messages;
    const [button] = message?.buttons ?? [];
    if (message === undefined || button === undefined) throw new Error("There is no button");

    await user.press(channelId, message.id, button);
    gateway.stop();

    const [, press] = gateway.heard.map(({ body }) => new URLSearchParams(body));
    const payload = JSON.parse(press?.get("payload") ?? "");
    expect(payload).toMatchObject({
      type: "block_actions",
      actions: [{ action_id: "a1", block_id: "b1", value: "v" }],
      container: { message_ts: message.id, is_ephemeral: false },
    });
    const [first, second] = [...api.world.urls.values()];
    expect(payload.response_url).toContain(second?.id);
    expect([first?.originalTs, second?.originalTs]).toEqual([message.id, message.id]);
  });

  test.each([
    { what: "never answers", respond: () => null, error: "operation_timeout" },
    { what: "answers 500", respond: () => ({ status: 500 }), error: "dispatch_failed" },
  ])("is told so when the gateway $what", async ({ respond, error }) => {
    const api = new SlackApi({ answerMsMax: 50 });
    const channelId = api.world.openChannel();
    const gateway = await gatewayThat(respond);

    await new SlackUser(api, { gateway: gateway.url }).command(channelId, "/ask", "");
    gateway.stop();

    expect(api.screen(channelId).moments.map(({ text: said }) => said)).toEqual([
      `/ask failed with the error "${error}"`,
    ]);
  });
});
