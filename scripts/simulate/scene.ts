import { setTimeout as sleep } from "node:timers/promises";
import { buttonIn } from "../channels/people.ts";
import type { OpenForm } from "../simulators/discord/inline-answer.ts";
import type { DiscordApi } from "../simulators/discord-api.ts";
import type { Acknowledged, DiscordUser } from "../simulators/discord-user.ts";
import type { Screen, SeenButton } from "../simulators/screen.ts";
import { viewValues } from "../simulators/slack/view-values.ts";
import type { SlackApi } from "../simulators/slack-api.ts";
import type { SlackUser } from "../simulators/slack-user.ts";
import type { TypedCommand } from "./typed-line.ts";

/** One channel with somebody in front of it. */
export type Scene = {
  readonly screen: Screen;
  /** Sends what was typed. */
  readonly begin: () => Promise<unknown>;
  readonly press: (messageId: string, button: SeenButton) => Promise<unknown>;
};

/** What is filled in where a form asks for words. */
const WORD = "Fine";

/** As somebody reads before they press. */
const READING_MS = 1500;
const LOOK_MS = 100;

export function discordScene(
  api: DiscordApi,
  user: DiscordUser,
  { name, options }: TypedCommand,
): Scene {
  const channelId = api.world.openChannel();
  const answered = async ({ end }: Acknowledged) => {
    if (end.kind !== "taken" || end.form === null) return;
    await sleep(READING_MS);
    await user.submit(channelId, end.form, wordsFor(end.form));
  };
  return {
    screen: api.screen(channelId),
    begin: async () => answered(await user.command(channelId, name, options)),
    press: async (messageId, { id }) => answered(await user.press(channelId, messageId, id ?? "")),
  };
}

export function slackScene(
  api: SlackApi,
  user: SlackUser,
  { command, text }: { readonly command: string; readonly text: string },
): Scene {
  const channelId = api.world.openChannel();
  return {
    screen: api.screen(channelId),
    begin: () => user.command(channelId, command, text),
    press: async (messageId, button) => {
      const before = api.world.views.length;
      await user.press(channelId, messageId, button);
      const opened = api.world.views.at(before);
      if (opened === undefined) return;
      await sleep(READING_MS);
      await user.submit(opened, viewValues(opened.view));
    },
  };
}

/** Plays it to its end: presses a button of every message that has some, once, and lets time pass. */
export async function play(
  { screen, begin, press }: Scene,
  { quietMs, buttonId }: { readonly quietMs: number; readonly buttonId: string | undefined },
): Promise<void> {
  const pressed = new Set<string>();
  let heardAt = Date.now();
  let count = screen.moments.length;
  let isBusy = true;
  const doing = begin().finally(() => {
    isBusy = false;
    heardAt = Date.now();
  });
  while (isBusy || screen.messages.some(({ isThinking }) => isThinking) || !isQuiet()) {
    await sleep(LOOK_MS);
    if (screen.moments.length > count) heardAt = Date.now();
    count = screen.moments.length;
    const next = nextButton(screen, pressed, buttonId);
    if (next === null || Date.now() - heardAt < READING_MS) continue;
    pressed.add(next.message.id);
    screen.typed(`press [ ${next.button.label} ]`);
    await press(next.message.id, next.button);
  }
  await doing;

  function isQuiet(): boolean {
    return Date.now() - heardAt > quietMs;
  }
}

function nextButton(screen: Screen, pressed: ReadonlySet<string>, buttonId: string | undefined) {
  const fresh = screen.messages.filter(({ id }) => !pressed.has(id));
  for (const message of fresh) {
    const wanted = message.buttons.find(({ id }) => id === buttonId);
    if (wanted !== undefined) return { message, button: wanted };
    const first = buttonId === undefined ? buttonIn(message) : null;
    if (first !== null) return first;
  }
  return null;
}

function wordsFor({ fields }: OpenForm): { readonly [customId: string]: string } {
  const empty = fields.filter(({ value, options }) => value === "" && options.length === 0);
  return Object.fromEntries(empty.map(({ customId }) => [customId, WORD]));
}
