import { slackAck, slackLate, slackNote } from "../channels/slack/inline.ts";
import {
  type EventCallback,
  type GlobalShortcut,
  type MessageAction,
  type SlackStart,
  type SlashCommand,
  scopeOf,
} from "../channels/slack/request.ts";
import { isResponseUrl, simulatorOrigins } from "../channels/slack/slack-url.ts";
import { escaped } from "../channels/slack/text.ts";
import { readEnvironment } from "../config/environment.ts";
import type { SlackCommand } from "../core/channel/channel-settings.ts";
import type { SlackSeat } from "../core/channel/seat.ts";
import { logWarning } from "../edge/log.ts";
import { after } from "../lang/time.ts";
import { ACK_MS } from "./acknowledgement.ts";
import type { Call } from "./call.ts";
import { runInChannel, startInChannel } from "./channel-run.ts";
import { sayWord } from "./channel-word.ts";
import { problemWords } from "./problem-words.ts";

/** Starts what somebody typed. Fast jobs are answered at once; for others it says that an answer comes. */
export async function ranSlashCommand(call: Call, typed: SlashCommand): Promise<SlackAnswer> {
  const command = ownOf(call.settings.slack.commands, typed.command);
  if (command === undefined) {
    const name = escaped(typed.command);
    return told(slackNote(`${name} is not set up here: holdline.yaml has no such command.`));
  }
  const { responseUrl, channelId } = typed;
  const seat = seatAt(call, command, {
    userId: typed.userId,
    channelId,
    responseUrl,
    isAcknowledged: true,
  });
  // Slack does not send a command again; were it to, this would be the same one.
  const name = `slack:${typed.teamId}:${typed.triggerId}`;
  const answered = await runInChannel(call, {
    run: command.run,
    scope: scopeOf(typed),
    given: { text: typed.text },
    name,
    seat,
  });
  if (!answered.ok) return told(slackNote(escaped(problemWords(answered.reason))));
  const { inline, jobId } = answered.value;
  return inline === null ? { body: slackAck(seat, jobId), isAnswer: false } : told(inline);
}

/** What goes out as the answer to a request of Slack's. */
export type SlackAnswer = {
  /** `null` = nothing is shown. */
  readonly body: object | null;
  /** What was asked for, or why it is not done; `false` = that it comes, or nothing. */
  readonly isAnswer: boolean;
};

function told(body: object): SlackAnswer {
  return { body, isAnswer: true };
}

/**
 * What is said of a command that was not even taken in before Slack stops listening. It is shown to whom the
 * answer is meant for, because that takes its place.
 */
export function lateWords({ settings }: Call, typed: SlashCommand): object {
  const response = ownOf(settings.slack.commands, typed.command)?.response ?? "ephemeral";
  return slackLate({ response });
}

/** What should have gone with the acknowledgement, in the place of what did. */
export async function sayAfterwards(
  call: Call,
  { responseUrl }: SlashCommand,
  { body, isAnswer }: SlackAnswer,
): Promise<void> {
  const { apiBase } = readEnvironment(call.env).slack;
  if (!isAnswer || !isResponseUrl(responseUrl, simulatorOrigins(apiBase))) return;
  const json = { ...body, replace_original: true };
  await sayWord(call, { channel: "slack", method: "POST", url: responseUrl, json });
}

/** The same for a shortcut, which takes no answer with its acknowledgement. */
export async function ranShortcut(call: Call, used: GlobalShortcut | MessageAction): Promise<void> {
  const command = ownOf(call.settings.slack.shortcuts, used.callbackId);
  if (command === undefined) {
    logWarning("slack.shortcut_unknown", { shortcut: used.callbackId });
    return;
  }
  const isOnMessage = used.kind === "message_action";
  // What the bot says to one person as a message of their own, nobody else sees.
  const { response } = isOnMessage ? command : { response: "in_channel" as const };
  const seat = seatAt(
    call,
    { ...command, response },
    {
      userId: used.userId,
      // A shortcut that was used nowhere is answered to the person.
      channelId: isOnMessage ? used.channelId : used.userId,
      responseUrl: isOnMessage ? used.responseUrl : null,
      // The message that a shortcut was used on is somebody else's: nothing may take its place.
      isAcknowledged: false,
    },
  );
  await started(call, used, {
    command,
    name: `slack:${used.teamId}:${used.triggerId}`,
    seat: { ...seat, ackUntil: call.receivedAt },
  });
}

/** Something happened. Slack sends it again where it heard nothing: the same event is the same job. */
export async function tookEvent(call: Call, happened: EventCallback): Promise<void> {
  const { event, isOwn, eventId } = happened;
  const command = ownOf(call.settings.slack.events, event.type);
  // Whoever answers what they have said themselves never comes to an end.
  if (command === undefined || isOwn || event.user === null) return;
  const seat = seatAt(call, command, {
    userId: event.user,
    channelId: event.channel,
    responseUrl: null,
    isAcknowledged: false,
  });
  await started(call, happened, {
    command,
    name: `slack:event:${eventId}`,
    seat: { ...seat, threadTs: event.threadTs ?? event.ts, ackUntil: call.receivedAt },
  });
}

async function started(
  call: Call,
  start: SlackStart,
  {
    command,
    name,
    seat,
  }: { readonly command: SlackCommand; readonly name: string; readonly seat: SlackSeat },
): Promise<void> {
  const scope = scopeOf(start);
  const given = { text: scope["text"] ?? null };
  const run = await startInChannel(call, { run: command.run, scope, given, name, seat });
  if (run.ok) return;
  // Nobody waits for an answer to this, and nothing was started that could be told of.
  logWarning("slack.not_started", { kind: start.kind, code: run.reason.code });
}

type Where = Pick<SlackSeat, "userId" | "channelId" | "responseUrl" | "isAcknowledged">;

function seatAt(
  { env, settings, receivedAt }: Call,
  { response, answers }: SlackCommand,
  { userId, channelId, responseUrl, isAcknowledged }: Where,
): SlackSeat {
  const { apiBase } = readEnvironment(env).slack;
  const isSlacks = responseUrl !== null && isResponseUrl(responseUrl, simulatorOrigins(apiBase));
  return {
    kind: "slack",
    responseUrl: isSlacks ? responseUrl : null,
    urlAt: receivedAt,
    urlLifeMs: settings.slack.urlLifeMs,
    isAcknowledged,
    ackUntil: after(receivedAt, ACK_MS),
    channelId,
    threadTs: null,
    userId,
    response,
    answers,
  };
}

function ownOf(
  commands: { readonly [name: string]: SlackCommand },
  name: string,
): SlackCommand | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}
