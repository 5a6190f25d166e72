import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { commandData, interactionBody } from "../simulators/discord/interaction-body.ts";
import { INTERACTION } from "../simulators/discord/limits.ts";
import { DISCORD_DEFAULTS } from "../simulators/discord/options.ts";
import { DiscordWorld } from "../simulators/discord/world.ts";
import { signingKey } from "../simulators/ed25519.ts";
import { type Ask, askerOf } from "./client.ts";
import { overFloorRow, type ToldRow } from "./told.ts";

const CALLERS = 50;
const REQUESTS = 500;
const BLOCKS = 3;

/** Over the floor's slowest of a hundred, with as many callers on the same machine in the same run. */
const OVER_FLOOR_MS_MAX = 500;

const TEXT = "hello";
const SECOND_MS = 1000;
const SEED_BYTES = 32;
const key = signingKey(randomBytes(SEED_BYTES).toString("hex"));

/** What the gateway of these rows is told. */
export const CHANNEL_VARIABLES = {
  DISCORD_PUBLIC_KEY: key.publicKeyHex,
  DISCORD_APPLICATION_ID: DISCORD_DEFAULTS.applicationId,
};

export const CHANNEL_SETTINGS = {
  discord: {
    commands: [
      {
        name: "echo",
        description: "Says it again",
        options: [{ name: "text", type: "string", description: "What to say", required: true }],
        run: "lab/echo",
        payload: { text: "{options.text}" },
      },
    ],
  },
};

/** From Discord's request to the whole inline answer, for fifty people at once; the floor in turn with it. */
export async function channelRows(url: string, floorHost: string): Promise<readonly ToldRow[]> {
  const floorAsk = askerOf(url, floorHost, CALLERS);
  const interactions = interactionsAt(url);
  return [
    await row("a PING", () => accept(floorAsk, "/accept"), interactions.ping),
    await row("an inline /echo", () => accept(floorAsk, "/direct"), interactions.echo),
  ];
}

type Act = () => Promise<void>;

async function row(what: string, floor: Act, interaction: Act): Promise<ToldRow> {
  await timed(floor, CALLERS);
  await timed(interaction, CALLERS);
  const times: { floor: number[]; interaction: number[] } = { floor: [], interaction: [] };
  for (let block = 0; block < BLOCKS; block += 1) {
    times.floor.push(...(await timed(floor, REQUESTS)));
    times.interaction.push(...(await timed(interaction, REQUESTS)));
  }
  return overFloorRow(`${what} for ${CALLERS} at once`, times.interaction, {
    floor: times.floor,
    msMax: OVER_FLOOR_MS_MAX,
  });
}

/** How long each took, in ms, with as many at once as there are callers. */
async function timed(act: Act, requests: number): Promise<readonly number[]> {
  const times: number[] = [];
  let left = requests;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (left > 0) {
      left -= 1;
      const startedAt = performance.now();
      await act();
      times.push(performance.now() - startedAt);
    }
  });
  await Promise.all(callers);
  return times;
}

async function accept(ask: Ask, path: string): Promise<void> {
  const { status, text } = await ask(path, { payload: { text: TEXT } });
  if (status >= 300) throw new Error(`${path} answered ${status}: ${text}`);
}

/** Both kinds, signed as Discord signs them. What is not answered as it must be is thrown. */
export function interactionsAt(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const world = new DiscordWorld(DISCORD_DEFAULTS);
  const channelId = world.openChannel();
  const about = {
    channelId,
    userId: "1090000000000000003",
    isUserInstalled: false,
    sourceId: null,
  };
  const send = async (type: number, data: object, wanted: RegExp) => {
    const interaction = world.begin({ ...about, type });
    const { fileBytesMax } = DISCORD_DEFAULTS;
    const body = interactionBody(interaction, { fileBytesMax, data: { ...data } });
    world.interactions.delete(interaction.token);
    const answer = await signedPost(agent, url, JSON.stringify(body));
    if (!wanted.test(answer)) throw new Error(`Expected ${wanted}, found ${answer}`);
  };
  const option = { name: "text", type: "string", value: TEXT } as const;
  return {
    ping: () => send(INTERACTION.ping, {}, /^\{"type":1\}$/),
    echo: () => send(INTERACTION.command, commandData("1", "echo", [option]), /"type":4.*hello/),
  };
}

function signedPost(agent: Agent, url: string, body: string): Promise<string> {
  const timestamp = String(Math.floor(Date.now() / SECOND_MS));
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-signature-ed25519": key.sign(timestamp, body),
    "x-signature-timestamp": timestamp,
  };
  return new Promise((resolve, reject) => {
    const options = { agent, method: "POST", headers };
    const outgoing = request(`${url}/discord/interactions`, options, (incoming) => {
      let answer = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        answer += chunk;
      });
      incoming.on("end", () => resolve(answer));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
