import { describe, expect, test } from "vitest";
import { verdictOf } from "../../scripts/channels/judge.ts";
import { numberedText } from "../../scripts/channels/texts.ts";
import type { Reply } from "../../scripts/simulators/http.ts";
import {
  type ApiCall,
  aPlace,
  BOT,
  openDiscord,
  type Place,
  seen,
  seenText,
  shownJob,
  until,
} from "./discord-place.ts";
import { type Server, useServer, useTally } from "./support.ts";

const SEVERAL = numberedText("several", 5000);
const FIVE = numberedText("five", 9500);
const MS = "{ name: ms, type: integer, description: How long }";
const CONFIG = `
discord:
  commands:
    - { name: sleep, description: Sleeps, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}", text: "slept" } }
    - { name: secret, description: Sleeps, ephemeral: true, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}", text: "slept" } }
    - { name: several, description: Says much, run: lab/echo, payload: { text: "${SEVERAL}" } }
    - { name: five, description: Says more, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}", text: "${FIVE}" } }
    - { name: show, description: Shows its job, options: [${MS}], run: tally/show, payload: { ms: "{options.ms}", text: "${SEVERAL}" } }
`;

/** Long enough for "thinking…", and no longer. */
const SLOW = { ms: 2600 };

const REFUSED = (status: number, code: number, more: object = {}): Reply => ({
  status,
  body: { code, message: "Refused, as asked", ...more },
});

const discord = await openDiscord();
const plugins = useTally();

/** Answers the calls of one place with these, in order, and then as Discord would. */
function meets(place: Place, ...replies: readonly Reply[]): void {
  const left = [...replies];
  discord.refuses((call) => (place.calls().includes(call) ? (left.shift() ?? null) : null));
}

const ways = (calls: readonly ApiCall[]) =>
  calls.map(({ method, path, status }) => {
    const way = path.includes("/webhooks/") ? "token" : "bot";
    return `${way} ${method} ${status}`;
  });
const gaps = (calls: readonly ApiCall[]) =>
  calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));

async function rowsOf(server: Server, jobId: string) {
  const { body } = await server.get(`/jobs/${jobId}/deliveries`);
  return body["deliveries"] as readonly { readonly [key: string]: unknown }[];
}

/** The only one that a job of these tests has. */
async function settledRow(server: Server, jobId: string) {
  for (;;) {
    const [row, ...more] = await rowsOf(server, jobId);
    if (row !== undefined && row["state"] !== "pending") return { row, more };
  }
}

describe.each(["object", "consumer"] as const)("Discord in trouble, told by the %s", (runner) => {
  const settings = { ...discord.variables, QUEUE_RUNNER: runner };
  const alone = useServer(settings, null, { config: CONFIG, plugins });
  const withBot = useServer({ ...settings, ...BOT }, null, { config: CONFIG, plugins });

  test("does not know its own token for a while: one message all the same", async () => {
    const place = aPlace(discord, alone);
    meets(place, REFUSED(404, 10_015), REFUSED(404, 10_015));
    await place.types("sleep", SLOW);
    await seenText(place.screen, "slept");

    expect(ways(place.calls())).toEqual(["token PATCH 404", "token PATCH 404", "token PATCH 200"]);
    // The acknowledgement was due 0.6 s before the first of them: 1 s, and then twice as long.
    const [first = 0, second = 0] = gaps(place.calls());
    expect(first).toBeGreaterThanOrEqual(1000);
    expect(second).toBeGreaterThanOrEqual(2000);
    expect(place.screen.messages).toHaveLength(1);
  });

  test("asks for a rest, and has it before any call", async () => {
    const place = aPlace(discord, alone);
    meets(place, REFUSED(429, 0, { retry_after: 0.3, global: false }));
    await place.types("sleep", SLOW);
    await seenText(place.screen, "slept");

    expect(ways(place.calls())).toEqual(["token PATCH 429", "token PATCH 200"]);
    expect(gaps(place.calls())[0]).toBeGreaterThanOrEqual(300);
  });

  test("fails three times, and is asked again until it does not", async () => {
    const place = aPlace(discord, alone);
    meets(place, REFUSED(500, 0), REFUSED(502, 0), { status: 503, body: "<html>down</html>" });
    await place.types("several");
    await until(() => place.screen.messages.length === 3);

    const all = place.screen.messages.map(({ text }) => text).join("");
    expect(all.match(/several/g)?.length).toBe(SEVERAL.match(/several/g)?.length);
    expect(place.breaches()).toEqual([]);
  });

  test("fails between two parts: none is missing, none is there twice", async () => {
    const place = aPlace(discord, alone);
    let posts = 0;
    discord.refuses((call) => {
      if (!place.calls().includes(call) || call.method !== "POST") return null;
      posts += 1;
      return posts === 1 ? REFUSED(429, 0, { retry_after: 0.2 }) : null;
    });
    await place.types("several");
    await until(() => place.screen.messages.length === 3);

    expect(new Set(place.screen.messages.map(({ text }) => text)).size).toBe(3);
    expect(posts).toBe(3);
  });

  test("has no message to edit any more: the answer is a new one", async () => {
    const place = aPlace(discord, alone);
    await place.types("sleep", { ms: 3000 });
    const [thinking] = place.screen.messages;
    discord.api.world.remove(thinking?.id ?? "");
    const message = await seenText(place.screen, "slept");

    expect(message.id).not.toBe(thinking?.id);
    expect(ways(place.calls())).toEqual(["token PATCH 404", "token POST 200"]);
  });

  test("takes the token for over: without a bot that is the end, and the ledger says so", async () => {
    const place = aPlace(discord, alone);
    discord.refuses((call) => {
      const isEnd = JSON.stringify(call.json).includes("several");
      return place.calls().includes(call) && isEnd ? REFUSED(401, 50_027) : null;
    });
    const { interaction } = await place.types("show", { ms: 4500 });
    const jobId = await shownJob(place.screen);
    const { row, more } = await settledRow(alone, jobId);

    expect(row).toMatchObject({
      endpoint: "discord",
      profile: "discord",
      event: "job.succeeded",
      state: "failed",
      last_error: "expired",
    });
    expect(more).toEqual([]);
    expect(place.calls().filter(({ status }) => status === 401)).toHaveLength(1);
    await knowsNothingOf(alone, jobId, interaction.token);
  });

  test("takes the token for over: the bot says it, and names who asked", async () => {
    const place = aPlace(discord, withBot);
    meets(place, REFUSED(401, 50_027));
    await place.types("sleep", SLOW);
    const message = await seen(place.screen, ({ by }) => by === "bot");

    expect(message.text).toBe("<@1090000000000000003> slept");
    expect(message.pings).toEqual(["user"]);
    expect(ways(place.calls())).toEqual(["token PATCH 401", "bot POST 200"]);
    const [patch, post] = place.calls();
    expect(patch?.headers["authorization"]).toBeUndefined();
    expect(post?.headers["authorization"]).toBe(`Bot ${BOT.DISCORD_BOT_TOKEN}`);
  });

  test("takes the token for over: what only they may see, the bot says to them alone", async () => {
    const place = aPlace(discord, withBot);
    meets(place, REFUSED(401, 50_027));
    const before = discord.calls.length;
    await place.types("secret", SLOW);
    const said = () =>
      discord.calls.slice(before).find(({ path }) => /\/channels\/\d+\/messages$/.test(path));
    await until(() => said()?.status === 200);

    expect(said()?.path).not.toContain(place.channelId);
    expect(said()?.json).toMatchObject({ content: "slept", allowed_mentions: { parse: [] } });
    const opened = discord.calls.slice(before).find(({ path }) => path.endsWith("/@me/channels"));
    expect(opened?.json).toEqual({ recipient_id: "1090000000000000003" });
    expect(place.screen.messages.map(({ isThinking }) => isThinking)).toEqual([true]);
  });

  test("where only they have installed it, hears no sixth follow-up", async () => {
    const place = aPlace(discord, alone, { isUserInstalled: true });
    await place.types("five", SLOW);
    // Whoever dismisses the first message leaves nothing but follow-ups.
    discord.api.world.remove(place.screen.messages[0]?.id ?? "");
    const due = { kind: "words", name: "five", text: FIVE } as const;
    await until(() => verdictOf(due, place.screen.messages) === "right");

    expect(ways(place.calls())).toEqual([
      "token PATCH 404",
      ...[1, 2, 3, 4, 5].map(() => "token POST 200"),
    ]);
    expect(place.breaches()).toEqual([]);
  });

  test("keeps the token of an interaction out of everything that can be read", async () => {
    const place = aPlace(discord, alone);
    const { interaction } = await place.types("show", { ms: 4500 });
    const jobId = await shownJob(place.screen);
    await until(() => place.screen.messages.length === 3);
    const { row } = await settledRow(alone, jobId);

    expect(row).toMatchObject({ state: "delivered", last_status: 200, last_error: null });
    await knowsNothingOf(alone, jobId, interaction.token);
  });
});

/** Looks at all that the gateway shows of a job, and at what it logs. */
async function knowsNothingOf(server: Server, jobId: string, token: string): Promise<void> {
  const paths = ["", "/result", "/events", "/deliveries", "/artifacts"];
  for (const path of paths) {
    const { status, text } = await server.get(`/jobs/${jobId}${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect(text).not.toContain(token);
  }
  expect(server.logged.join("\n")).not.toContain(token);
}
