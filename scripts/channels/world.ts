import { randomBytes } from "node:crypto";
import type { Random } from "../seed/random.ts";
import { DISCORD_DEFAULTS } from "../simulators/discord/options.ts";
import { DiscordApi } from "../simulators/discord-api.ts";
import { type SigningKey, signingKey } from "../simulators/ed25519.ts";
import { type DrawFault, type FaultShares, faultsFrom } from "../simulators/faults.ts";
import { SLACK_DEFAULTS } from "../simulators/slack/options.ts";
import { SlackApi } from "../simulators/slack-api.ts";
import type { Lives } from "./settings.ts";

export const BAD_DAY: FaultShares = { error: 0.04, cutBefore: 0.02, cutAfter: 0.02 };

/** Of interactions: Discord does not know for a while what it has itself taken in. */
const LAGGING = 0.1;
const LAG_MS_MAX = 1500;

const SEED_BYTES = 32;

/** Discord and Slack on two ports of this machine, on a bad day unless somebody says otherwise. */
export async function startWorld(
  random: Random,
  { tokenLifeMs, urlLifeMs }: Lives,
  drawFault: DrawFault = faultsFrom(random, BAD_DAY),
) {
  const key = signingKey(randomBytes(SEED_BYTES).toString("hex"));
  const drawLagMs = () => (random.next() < LAGGING ? random.between(1, LAG_MS_MAX) : 0);
  const discord = new DiscordApi({ tokenLifeMs, drawFault, drawLagMs });
  const slack = new SlackApi({ urlLifeMs, drawFault });
  const [discordHttp, slackHttp] = await Promise.all([discord.start(), slack.start()]);
  const stop = () => {
    discordHttp.stop();
    slackHttp.stop();
  };
  const variables = variablesFor(key, { discord: discordHttp.url, slack: slackHttp.apiBase });
  return { key, discord, slack, variables, stop };
}

/** What the gateway is told of both. */
export function variablesFor(
  { publicKeyHex }: SigningKey,
  bases: { readonly discord: string; readonly slack: string },
): { readonly [name: string]: string } {
  return {
    DISCORD_PUBLIC_KEY: publicKeyHex,
    DISCORD_APPLICATION_ID: DISCORD_DEFAULTS.applicationId,
    DISCORD_BOT_TOKEN: DISCORD_DEFAULTS.botToken,
    DISCORD_API_BASE: bases.discord,
    SLACK_SIGNING_SECRET: SLACK_DEFAULTS.signingSecret,
    SLACK_BOT_TOKEN: SLACK_DEFAULTS.botToken,
    SLACK_API_BASE: bases.slack,
  };
}
