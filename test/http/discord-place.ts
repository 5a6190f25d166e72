import { randomBytes } from "node:crypto";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll } from "vitest";
import { takeInlineAnswer } from "../../scripts/simulators/discord/inline-answer.ts";
import type { Interaction } from "../../scripts/simulators/discord/interaction.ts";
import {
  commandData,
  type GivenOption,
  interactionBody,
} from "../../scripts/simulators/discord/interaction-body.ts";
import { DISCORD_DEFAULTS, type DiscordOptions } from "../../scripts/simulators/discord/options.ts";
import { DiscordApi } from "../../scripts/simulators/discord-api.ts";
import { DiscordUser, type DiscordUserOptions } from "../../scripts/simulators/discord-user.ts";
import { signingKey } from "../../scripts/simulators/ed25519.ts";
import { type Received, type Reply, serve } from "../../scripts/simulators/http.ts";
import type { Screen, SeenMessage } from "../../scripts/simulators/screen.ts";
import { readCustomId } from "../../src/channels/discord/custom-id.ts";
import type { Server } from "./support.ts";

export type Body = { readonly [key: string]: unknown };

/** One call of ours that came to Discord, with what it was answered. */
export type ApiCall = Received & { readonly at: number; readonly json: Body; status: number };

/** How a call is answered in place of what Discord would say; `null` = as it would. */
export type Refuses = (call: ApiCall) => Reply | null;

export const OWNER = "1090000000000000003";
const STRANGER = "1090000000000000004";

/** Discord on a port of this machine, for the tests of one file. */
export async function openDiscord(options: Partial<DiscordOptions> = {}) {
  const key = signingKey(randomBytes(32).toString("hex"));
  // Everybody in a test asks at once, each with a token: buckets matter where a test says so.
  const rateLimit = { requests: 1000, windowMs: 1000 };
  const api = new DiscordApi({ rateLimit, ...options });
  const calls: ApiCall[] = [];
  const refusing: Refuses[] = [];
  const server = await serve(
    async (received) => {
      const call: ApiCall = { ...received, at: Date.now(), json: jsonOf(received), status: 0 };
      calls.push(call);
      const refused = refusing.map((refuses) => refuses(call)).find((reply) => reply !== null);
      const reply = refused ?? (await api.answer(received));
      call.status = reply.status;
      return reply;
    },
    api.world.options.drawFault,
    0,
  );
  afterAll(server.stop);
  return {
    api,
    key,
    calls,
    /** Answers calls with something else, from now on. */
    refuses: (refuses: Refuses) => void refusing.push(refuses),
    /** What a gateway is told of it. */
    variables: {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      DISCORD_PUBLIC_KEY: key.publicKeyHex,
      DISCORD_APPLICATION_ID: DISCORD_DEFAULTS.applicationId,
      DISCORD_API_BASE: `${server.url}/api/v10`,
    },
  };
}

export type Discord = Awaited<ReturnType<typeof openDiscord>>;

/** For the places of the simulator's bot. */
export const BOT = { DISCORD_BOT_TOKEN: DISCORD_DEFAULTS.botToken };

/** A channel of its own, with somebody in it who uses commands of the gateway's. */
export function aPlace(
  discord: Discord,
  server: Server,
  who: Pick<DiscordUserOptions, "userId" | "isUserInstalled"> = {},
) {
  const { api, key } = discord;
  const channelId = api.world.openChannel();
  const screen = api.screen(channelId);
  const user = new DiscordUser(api, { gateway: server.url(), key, ...who });
  return {
    channelId,
    screen,
    /** Types a command; values become options of their own type. */
    types: (name: string, options: { readonly [name: string]: string | number } = {}) =>
      user.command(channelId, name, given(options)),
    presses: (message: SeenMessage, label: string) =>
      user.press(channelId, message.id, buttonOf(message, label)),
    /** Somebody else, at the same message. */
    others: (message: SeenMessage, label: string) =>
      new DiscordUser(api, { gateway: server.url(), key, userId: STRANGER }).press(
        channelId,
        message.id,
        buttonOf(message, label),
      ),
    user,
    /** Calls of ours about this channel, or with a token that was given in it. */
    calls: () => discord.calls.filter((call) => isAbout(api, call, channelId)),
    breaches: () => api.breaches.filter(({ place }) => place === channelId),
  };
}

export type Place = ReturnType<typeof aPlace>;

/** Waits until a screen has what is looked for; asks, does not sleep. */
export async function seen(
  screen: Screen,
  find: (message: SeenMessage) => boolean,
): Promise<SeenMessage> {
  const found = () => screen.messages.find(find);
  await until(() => found() !== undefined);
  return found() as SeenMessage;
}

export const seenText = (screen: Screen, text: string | RegExp) =>
  seen(screen, (message) => message.text.search(text) >= 0 && !message.isThinking);

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await rest(5);
}

/** The id of a job of `tally/show`, once it can be seen. */
export async function shownJob(screen: Screen): Promise<string> {
  const { text } = await seenText(screen, /job [0-9a-f]{64}/);
  return /[0-9a-f]{64}/.exec(text)?.[0] ?? "";
}

/** What a message was, whenever it stood there: texts in the order in which they were seen. */
export function textsOf({ moments }: Screen): readonly string[] {
  return moments
    .filter(({ what }) => what === "shown" || what === "edited")
    .map(({ text }) => text);
}

/** The job that a question's buttons belong to. */
export function jobOf({ buttons }: Pick<SeenMessage, "buttons">): {
  jobId: string;
  waitId: string;
} {
  const id = readCustomId(buttons[0]?.id ?? "");
  if (id === null) throw new Error("No question");
  return id;
}

/** Posts an interaction that Discord has signed, and gives back the answer unread. */
export function postSigned({ key }: Discord, server: Server, body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return server.call("/discord/interactions", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-signature-ed25519": key.sign(timestamp, body),
      "x-signature-timestamp": timestamp,
    },
    body,
  });
}

/** A command that nobody has sent yet: its body can be sent more than once. */
export function unsentCommand(
  { api }: Discord,
  channelId: string,
  command: {
    readonly name: string;
    readonly options?: { readonly [name: string]: string | number };
  },
): { readonly interaction: Interaction; readonly body: string } {
  const data = commandData("1090000000000000020", command.name, given(command.options ?? {}));
  const about = { type: 2, channelId, userId: OWNER, isUserInstalled: false, sourceId: null };
  const interaction = api.world.begin(about);
  const { fileBytesMax } = api.world.options;
  return {
    interaction,
    body: JSON.stringify(interactionBody(interaction, { fileBytesMax, data })),
  };
}

/** Discord takes the answer that was given to a body of `unsentCommand`. */
export async function acknowledge(
  { api }: Discord,
  interaction: Interaction,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
) {
  return takeInlineAnswer(api.world, interaction, {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    bytes: new TextEncoder().encode(answer.text),
  });
}

function given(options: { readonly [name: string]: string | number }): readonly GivenOption[] {
  return Object.entries(options).map(([name, value]) => ({
    name,
    type: typeof value === "string" ? "string" : "integer",
    value,
  }));
}

function buttonOf({ buttons }: SeenMessage, label: string): string {
  const id = buttons.find((button) => button.label === label)?.id;
  if (id === undefined || id === null) throw new Error(`There is no button ${label}`);
  return id;
}

function jsonOf({ headers, bytes }: Received): Body {
  const isJson = headers["content-type"]?.startsWith("application/json") === true;
  return isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Body) : {};
}

function isAbout({ world }: DiscordApi, { path }: ApiCall, channelId: string): boolean {
  const [, token = ""] = /\/webhooks\/\d+\/([^/]+)/.exec(path) ?? [];
  return path.includes(channelId) || world.interactions.get(token)?.channelId === channelId;
}
