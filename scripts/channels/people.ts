import { setTimeout as sleep } from "node:timers/promises";
import type { DiscordApi } from "../simulators/discord-api.ts";
import type { DiscordUser } from "../simulators/discord-user.ts";
import type { Screen, SeenButton, SeenMessage } from "../simulators/screen.ts";
import type { SlackApi } from "../simulators/slack-api.ts";
import type { SlackUser } from "../simulators/slack-user.ts";
import type { Gate } from "./gate.ts";
import { type Due, kindOf } from "./kinds.ts";
import type { Planned } from "./plan.ts";

/** One thing that was typed, and how it was taken in. */
export type Said = {
  readonly planned: Planned;
  readonly channelId: string;
  readonly screen: Screen;
  readonly ackMs: number;
  readonly end: "taken" | "refused" | "late" | "cut";
  /** What is due in the end: somebody may have cancelled it. */
  readonly due: Due;
};

export type People = {
  readonly discord: DiscordApi;
  readonly slack: SlackApi;
  readonly discordUser: DiscordUser;
  readonly slackUser: SlackUser;
  readonly gate: Gate;
  /** Of the gateway. */
  readonly url: string;
};

const LOOK_MS = 200;
const LOOKS_MAX = 300;
const PRESSES_MAX = 5;
const CANCELLED = /cancel/i;
const JOB_ID = /\b[0-9a-f]{64}\b/;

type Acknowledged = { readonly ms: number; readonly end: { readonly kind: Said["end"] } };

/** Types it, and does whatever else belongs to it. */
export async function say(people: People, planned: Planned): Promise<Said> {
  const { isAsked = false, isCancelled = false } = kindOf(planned.kind);
  const { channelId, screen } = placeIn(people, planned);
  screen.typed(`/${planned.kind} ${planned.text.slice(0, 60)}`);
  await people.gate.passed();
  const { ms, end } = await typed(people, planned, channelId);
  const said = { planned, channelId, screen, ackMs: ms, end: end.kind, due: planned.due };
  if (end.kind !== "taken") return said;
  if (isAsked) await pressFirst(people, said);
  if (isCancelled && (await cancel(people, screen))) {
    return { ...said, due: { kind: "saying", pattern: CANCELLED } };
  }
  return said;
}

/** A channel for each, so that nobody has to ask whose answer it is. */
function placeIn({ discord, slack }: People, { channel }: Planned) {
  const api = channel === "discord" ? discord : slack;
  const channelId = api.world.openChannel();
  return { channelId, screen: api.screen(channelId) };
}

function typed(people: People, planned: Planned, channelId: string): Promise<Acknowledged> {
  const { channel, kind, options, text } = planned;
  if (channel === "discord") return people.discordUser.command(channelId, kind, options);
  return people.slackUser.command(channelId, `/${kind}`, text);
}

/** Presses the first button that comes, again where nobody was there to hear it. */
async function pressFirst(people: People, { screen, channelId, planned }: Said): Promise<void> {
  const found = await seen(screen, buttonIn);
  if (found === null) return;
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    await people.gate.passed();
    const pressed =
      planned.channel === "discord"
        ? await people.discordUser.press(channelId, found.message.id, found.button.id ?? "")
        : await people.slackUser.press(channelId, found.message.id, found.button);
    if (pressed.end.kind === "taken") return;
    await sleep(LOOK_MS);
  }
}

/** Whether it could be cancelled: somebody has to see which job it is, before it is over. */
async function cancel({ gate, url }: People, screen: Screen): Promise<boolean> {
  const jobId = await seen(screen, ({ text }) => JOB_ID.exec(text)?.[0] ?? null);
  if (jobId === null) return false;
  for (;;) {
    await gate.passed();
    const status = await cancelledStatus(`${url}/jobs/${jobId}/cancel`);
    if (status !== null) return status === "cancelled";
    await sleep(LOOK_MS);
  }
}

/** `null`: nobody was there. */
async function cancelledStatus(url: string): Promise<string | null> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: "{}" });
    return ((await response.json()) as { readonly status: string }).status;
  } catch {
    // The server died under it, or is not up yet.
    return null;
  }
}

/** Looks at the screen until there is something to find; `null` = there never was. */
async function seen<Found>(
  screen: Screen,
  find: (message: SeenMessage) => Found | null,
): Promise<Found | null> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    for (const message of screen.messages) {
      const found = find(message);
      if (found !== null) return found;
    }
    await sleep(LOOK_MS);
  }
  return null;
}

export type FoundButton = { readonly message: SeenMessage; readonly button: SeenButton };

/** The first button of a message that can be pressed; `null` = there is none. */
export function buttonIn(message: SeenMessage): FoundButton | null {
  const button = message.buttons.find(({ id, isDisabled }) => id !== null && !isDisabled);
  return button === undefined ? null : { message, button };
}
