import type { Command } from "../channels/discord/interaction.ts";
import type { Place } from "../channels/discord/place.ts";
import { deferredReply, messageReply, textReply } from "../channels/discord/reply.ts";
import { scopeOf } from "../channels/discord/scope.ts";
import type { DiscordCommand } from "../core/channel/channel-settings.ts";
import type { DiscordSeat } from "../core/channel/seat.ts";
import type { JsonObject } from "../lang/json.ts";
import { after } from "../lang/time.ts";
import { ACK_MS } from "./acknowledgement.ts";
import type { Call } from "./call.ts";
import { runInChannel } from "./channel-run.ts";
import { problemWords } from "./problem-words.ts";

/** Messages after the first one, where only the user has installed the application. */
const FOLLOW_UPS_MAX_OF_USER = 5;

/** Starts what somebody typed. Fast jobs are answered at once; for others it says that an answer comes. */
export async function ranCommand(call: Call, typed: Command): Promise<JsonObject> {
  const command = findCommand(call, typed);
  if (command === undefined) {
    const how = "Whoever runs this can bring the list up to date with npm run discord:register.";
    return textReply(`There is no command ${typed.path} any more. ${how}`, true);
  }
  const answered = await runInChannel(call, {
    run: command.run,
    scope: scopeOf(typed),
    given: typed.target === null ? typed.options : { ...typed.target },
    // Whoever presses again makes a new interaction: only the very same one is the same job.
    name: `discord:${typed.place.interactionId}`,
    seat: seatAt(call, typed.place, command),
  });
  if (!answered.ok) return textReply(problemWords(answered.reason), true);
  const { isEphemeral } = command;
  const { inline } = answered.value;
  return inline === null ? deferredReply(isEphemeral) : messageReply(inline, isEphemeral);
}

/** The command of the settings that was used. */
export function findCommand(
  { settings }: Call,
  { path, commandType }: Pick<Command, "path" | "commandType">,
): DiscordCommand | undefined {
  return settings.discord.commands.find(({ name, type }) => name === path && type === commandType);
}

function seatAt(
  { settings, receivedAt }: Call,
  place: Place,
  { isEphemeral, longText, mentions, answers }: DiscordCommand,
): DiscordSeat {
  return {
    kind: "discord",
    applicationId: place.applicationId,
    token: place.token,
    // The id of the interaction tells its time as well; but clocks differ, and Discord sends at once.
    tokenAt: receivedAt,
    tokenLifeMs: settings.discord.tokenLifeMs,
    ackUntil: after(receivedAt, ACK_MS),
    channelId: place.channelId,
    userId: place.userId,
    isEphemeral,
    longText,
    mentions,
    answers,
    fileBytesMax: place.fileBytesMax,
    followUpsMax: place.isOnlyUserInstalled ? FOLLOW_UPS_MAX_OF_USER : null,
  };
}
