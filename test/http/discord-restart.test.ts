import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startOwnGateway } from "../../scripts/channels/gateway.ts";
import type { ServerProcess } from "../../scripts/local/server-process.ts";
import { acknowledge, openDiscord, textsOf, unsentCommand, until } from "./discord-place.ts";

/** Long enough that the server is killed before the answer is there. */
const MS = 6000;
const PEOPLE = 8;
const CONFIG = `
discord:
  commands:
    - name: sleep
      description: Sleeps
      options: [{ name: text, type: string, description: What to say }]
      run: lab/sleep
      payload: { ms: ${MS}, text: "{options.text}" }
    - name: work
      description: Works
      options: [{ name: text, type: string, description: What to say }]
      run: lab/work
      payload: { ms: ${MS}, text: "{options.text}" }
`;

const discord = await openDiscord();
const folder = mkdtempSync(join(tmpdir(), "holdline-discord-"));
let server: ServerProcess | null = null;

afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("everyone who was told that an answer comes gets it once, through a kill -9 in between", {
  timeout: 150_000,
}, async () => {
  server = await start(0);
  const { url } = server;
  const told = await Promise.all(
    Array.from({ length: PEOPLE }, async (_, index) => {
      const channelId = discord.api.world.openChannel();
      const name = index % 2 === 0 ? "sleep" : "work";
      const options = { text: `answer ${index}` };
      const { interaction, body } = unsentCommand(discord, channelId, { name, options });
      const answer = await post(url, body);
      const taken = await acknowledge(discord, interaction, answer);
      return { channelId, body, type: taken.ok ? taken.type : null };
    }),
  );
  expect(told.map(({ type }) => type)).toEqual(told.map(() => 5));

  await server.kill();
  server = await start(Number(new URL(url).port));

  const textsIn = (channelId: string) => textsOf(discord.api.screen(channelId));
  await until(() =>
    told.every(({ channelId }, index) => textsIn(channelId).includes(`answer ${index}`)),
  );
  // Discord does not send it again, but whoever does starts nothing.
  for (const { body } of told) expect((await post(url, body)).status).toBe(200);
  for (const [index, { channelId }] of told.entries()) {
    const { messages } = discord.api.screen(channelId);
    expect(messages.map(({ text }) => text)).toEqual([`answer ${index}`]);
    expect(textsIn(channelId).filter((text) => text === `answer ${index}`)).toHaveLength(1);
  }
  expect(discord.api.breaches).toEqual([]);
});

/** With state of its own. */
function start(port: number): Promise<ServerProcess> {
  return startOwnGateway({ folder, port, config: CONFIG, variables: discord.variables });
}

async function post(url: string, body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(`${url}/discord/interactions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-signature-ed25519": discord.key.sign(timestamp, body),
      "x-signature-timestamp": timestamp,
    },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
