/**
 * `npm run simulate -- discord "/ai summarize text: To the Congress …"` or `… slack "/ai …"`: plays one
 * channel against Holdline over real HTTP, and prints what somebody in front of it sees, as time passes.
 * `text: @file` takes the text from a file. Buttons are pressed after a moment: the first one, or
 * `--press <id>`.
 *
 * It starts a gateway of its own, with some commands to try. `--url` plays against one that runs already,
 * which needs the variables that are then printed: Discord's key is made of `--seed`, the simulated API is
 * on `--port`, and `--config` says which commands there are.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { startOwnGateway } from "./channels/gateway.ts";
import { variablesFor } from "./channels/world.ts";
import type { ServerProcess } from "./local/server-process.ts";
import { discordScene, play, type Scene, slackScene } from "./simulate/scene.ts";
import { EXAMPLE } from "./simulate/settings.ts";
import { momentLines } from "./simulate/show.ts";
import { commandsIn, discordLine, slackLine, TypingFault } from "./simulate/typed-line.ts";
import { DiscordApi } from "./simulators/discord-api.ts";
import { DiscordUser } from "./simulators/discord-user.ts";
import { signingKey } from "./simulators/ed25519.ts";
import type { Moment } from "./simulators/screen.ts";
import { SlackApi } from "./simulators/slack-api.ts";
import { SlackUser } from "./simulators/slack-user.ts";

const USAGE = 'Usage: npm run simulate -- discord|slack "/command …"';

/** Of a string option, as Discord's own window lets nobody type more. */
const OPTION_CHARACTERS_MAX = 6000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string" },
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "07".repeat(32) },
    "public-key": { type: "string" },
    config: { type: "string", default: "holdline.yaml" },
    press: { type: "string" },
    // After so many seconds without anything new it is over.
    quiet: { type: "string", default: "5" },
  },
});
const [channel = "", line = ""] = positionals;

try {
  await simulate();
} catch (cause) {
  if (!(cause instanceof TypingFault)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}

async function simulate(): Promise<void> {
  if (!["discord", "slack"].includes(channel) || line === "") throw new TypingFault(USAGE);
  const key = signingKey(values.seed);
  const wanted = values["public-key"] ?? key.publicKeyHex;
  if (wanted !== key.publicKeyHex) {
    throw new TypingFault(`The key of --seed is ${key.publicKeyHex}, and not --public-key`);
  }
  const typed = readLine();
  const folder = mkdtempSync(join(tmpdir(), "holdline-simulate-"));
  const startedAt = { ms: 0 };
  const onMoment = (_channelId: string, moment: Moment) => {
    for (const each of momentLines(moment, startedAt.ms)) console.log(each);
    if (moment.what === "broken") process.exitCode = 1;
  };
  const discord = new DiscordApi({ onMoment });
  const slack = new SlackApi({ onMoment });
  const [discordHttp, slackHttp] = await startBoth(discord, slack);
  const variables = variablesFor(key, { discord: discordHttp.url, slack: slackHttp.apiBase });
  let server: ServerProcess | undefined;
  try {
    if (values.url === undefined) {
      console.log("Starting Holdline, Discord and Slack …\n");
      server = await startOwnGateway({
        folder,
        port: 0,
        config: JSON.stringify(EXAMPLE),
        variables,
      });
    } else showVariables(variables);
    const gateway = values.url ?? server?.url ?? "";
    const scene: Scene =
      typed.kind === "discord"
        ? discordScene(discord, new DiscordUser(discord, { gateway, key }), typed)
        : slackScene(slack, new SlackUser(slack, { gateway }), typed);
    startedAt.ms = Date.now();
    scene.screen.typed(line);
    await play(scene, { quietMs: Number(values.quiet) * 1000, buttonId: values.press });
  } finally {
    await server?.kill();
    discordHttp.stop();
    slackHttp.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  report(discord, slack);
}

/** On the port that is given, whichever of them it is that plays. */
function startBoth(discord: DiscordApi, slack: SlackApi) {
  const port = Number(values.port);
  const [discordPort, slackPort] = channel === "discord" ? [port, 0] : [0, port];
  return Promise.all([discord.start(discordPort), slack.start(slackPort)]);
}

function readLine() {
  if (channel === "slack") return { kind: "slack" as const, ...slackLine(line) };
  const settings = values.url === undefined ? EXAMPLE : parse(readFileSync(values.config, "utf8"));
  const { name, options } = discordLine(line, commandsIn(settings));
  return { kind: "discord" as const, name, options: options.map(withinWindow) };
}

function withinWindow<Option extends { readonly name: string; readonly value: unknown }>(
  option: Option,
): Option {
  const { name, value } = option;
  if (typeof value !== "string" || [...value].length <= OPTION_CHARACTERS_MAX) return option;
  console.log(
    `Discord lets nobody type more than ${OPTION_CHARACTERS_MAX} characters: ${name} is cut.`,
  );
  return { ...option, value: [...value].slice(0, OPTION_CHARACTERS_MAX).join("") };
}

function showVariables(variables: { readonly [name: string]: string }): void {
  console.log("The gateway must have these in its .dev.vars:");
  for (const [name, value] of Object.entries(variables)) console.log(`  ${name}=${value}`);
  console.log("");
}

function report(discord: DiscordApi, slack: SlackApi): void {
  const breaches = [...discord.breaches, ...slack.breaches];
  for (const { rule, what } of breaches) console.error(`Against the rules: ${rule}: ${what}`);
  if (breaches.length > 0) process.exitCode = 1;
}
