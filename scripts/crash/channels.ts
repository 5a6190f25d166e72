import type { Gate } from "../channels/gate.ts";
import type { People } from "../channels/people.ts";
import type { Lives } from "../channels/settings.ts";
import { BAD_DAY, startWorld } from "../channels/world.ts";
import type { Random } from "../seed/random.ts";
import { DiscordUser } from "../simulators/discord-user.ts";
import { faultsFrom } from "../simulators/faults.ts";
import { SlackUser } from "../simulators/slack-user.ts";

/** As in real life: 15 and 30 minutes. A run is over long before. */
export const LIVES: Lives = { tokenLifeMs: 900_000, urlLifeMs: 1_800_000 };

/**
 * What people ask for here: nothing that takes longer than the time between two kills by design, because
 * it would only be begun over and over again.
 */
export const CHANNEL_KINDS: readonly string[] = [
  "echo",
  "sleep",
  "work",
  "flaky",
  "refused",
  "asked",
  "artifact",
  "long2500",
  "long9000",
];

/** Discord and Slack, which have faults as long as nothing is calm, and the people in front of them. */
export async function openChannels(
  random: Random,
  gateway: string,
  { gate, isCalm }: { readonly gate: Gate; readonly isCalm: () => boolean },
) {
  const drawn = faultsFrom(random, BAD_DAY);
  const world = await startWorld(random, LIVES, () => (isCalm() ? "none" : drawn()));
  const people: People = {
    ...world,
    url: gateway,
    gate,
    discordUser: new DiscordUser(world.discord, { gateway, key: world.key }),
    slackUser: new SlackUser(world.slack, { gateway }),
  };
  return { world, people };
}
