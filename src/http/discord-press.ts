import { answeredMessage } from "../channels/discord/answered.ts";
import { modalOf } from "../channels/discord/ask-modal.ts";
import { chosenIn, filledIn } from "../channels/discord/choice-values.ts";
import { type ComponentId, readCustomId } from "../channels/discord/custom-id.ts";
import type { Component, Modal } from "../channels/discord/interaction.ts";
import type { Place } from "../channels/discord/place.ts";
import { modalReply, textReply, updateReply } from "../channels/discord/reply.ts";
import type { ResumeAction } from "../core/ask/ask.ts";
import { valuesOf } from "../core/ask/ask-form.ts";
import type { JsonObject } from "../lang/json.ts";
import { after } from "../lang/time.ts";
import { ACK_MS } from "./acknowledgement.ts";
import type { Call } from "./call.ts";
import { answerQuestion, type OpenQuestion, openQuestion } from "./channel-question.ts";
import { answerInTime } from "./channel-run.ts";

/** Somebody pressed a button, or chose from a list, under a question of ours. It may be months old. */
export async function pressed(call: Call, press: Component): Promise<JsonObject> {
  const id = readCustomId(press.customId);
  if (id === null) return onlyToThem(NOT_OURS);
  const question = await openQuestion(call, id);
  if (!question.ok) return onlyToThem(question.reason);
  if (id.verb === "open") return opened(id, question.value);
  return resumed(call, press.place, {
    question: question.value,
    ...answerOf(press, id, question.value),
  });
}

/** Somebody sent the form that a button of ours opened. */
export async function answeredForm(call: Call, sent: Modal): Promise<JsonObject> {
  const id = readCustomId(sent.customId);
  if (id === null) return onlyToThem(NOT_OURS);
  const question = await openQuestion(call, id);
  if (!question.ok) return onlyToThem(question.reason);
  const { form } = question.value;
  const values = valuesOf(form, filledIn(form, sent.fields));
  return resumed(call, sent.place, { question: question.value, action: "accept", values });
}

/** The form, which is the answer to the press: it must go out with the acknowledgement. */
function opened({ jobId }: ComponentId, { waitId, form }: OpenQuestion): JsonObject {
  const data = modalOf(jobId, { waitId, form });
  return data === null ? onlyToThem(TOO_MUCH) : modalReply(data);
}

function onlyToThem(text: string): JsonObject {
  return textReply(text, true);
}

const TOO_MUCH = "This asks for more than a form of Discord's can hold: answer it over HTTP.";
const NOT_OURS = "This is not one of my buttons any more.";

type Answer = { readonly action: ResumeAction; readonly values: JsonObject };

function answerOf(press: Component, id: ComponentId, { form }: OpenQuestion): Answer {
  if (id.verb === "decline") return { action: "decline", values: {} };
  const isChoice = id.verb === "choose" || id.verb === "select";
  // The schema decides about what is none of the choices.
  const values = isChoice ? valuesOf(form, { choice: chosenIn(form, id, press) }) : {};
  return { action: "accept", values };
}

/** Answers the question, and with the same breath whoever pressed: with what comes of it, if it comes soon. */
async function resumed(
  call: Call,
  { userId, token }: Place,
  { question, action, values }: Answer & { readonly question: OpenQuestion },
): Promise<JsonObject> {
  const { receivedAt } = call;
  const until = after(receivedAt, ACK_MS);
  const by = `discord:${userId}`;
  const snapshot = await answerQuestion(question, {
    action,
    values,
    by,
    // What is said from now on is said with the token of this press, which is the fresher one.
    seat: { kind: "discord", token, tokenAt: receivedAt, ackUntil: until },
    until,
  });
  if (!snapshot.ok) return onlyToThem(snapshot.reason);
  const data = await answerInTime(question.job, snapshot.value, { channel: "discord", until });
  return updateReply(data ?? answeredMessage({ form: question.form, action, values, by }));
}
