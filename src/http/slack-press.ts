import { type Pressed, readAction, readFields } from "../channels/slack/action.ts";
import { slackNote } from "../channels/slack/inline.ts";
import type { BlockActions } from "../channels/slack/request.ts";
import { isResponseUrl, simulatorOrigins } from "../channels/slack/slack-url.ts";
import { escaped } from "../channels/slack/text.ts";
import { readEnvironment } from "../config/environment.ts";
import type { ResumeAction } from "../core/ask/ask.ts";
import { valuesOf } from "../core/ask/ask-form.ts";
import type { JsonObject } from "../lang/json.ts";
import type { Call } from "./call.ts";
import { answerQuestion, type OpenQuestion, openQuestion } from "./channel-question.ts";
import { sayWord } from "./channel-word.ts";

/**
 * Somebody pressed a button under a question of ours. Slack shows nothing of the acknowledgement: what
 * comes of it is a delivery, by the response_url of the press, which is a fresh one. Why it was not
 * taken is told to them alone.
 */
export async function pressedInSlack(call: Call, press: BlockActions): Promise<void> {
  const pressed = press.actions.map(readAction).find((action) => action !== null);
  // Links and what others have put there need no answer.
  if (pressed === undefined) return;
  const responseUrl = checkedUrl(call, press);
  const refused = await answered(call, press, { pressed, responseUrl });
  if (refused !== null && responseUrl !== null) {
    const json = slackNote(escaped(refused));
    call.waitUntil(sayWord(call, { channel: "slack", method: "POST", url: responseUrl, json }));
  }
}

/** Answers the question; `null` = it was taken, else why not, for the person. */
async function answered(
  call: Call,
  press: BlockActions,
  { pressed, responseUrl }: { readonly pressed: Pressed; readonly responseUrl: string | null },
): Promise<string | null> {
  const question = await openQuestion(call, pressed);
  if (!question.ok) return question.reason;
  const { receivedAt } = call;
  const taken = await answerQuestion(question.value, {
    ...answerOf(pressed, press, question.value),
    by: `slack:${press.userId}`,
    // The message with the button is ours: what comes of the answer may take its place.
    seat: {
      kind: "slack",
      responseUrl,
      urlAt: receivedAt,
      ackUntil: receivedAt,
      isAcknowledged: true,
    },
    // Nothing waits for what comes of it.
    until: receivedAt,
  });
  return taken.ok ? null : taken.reason;
}

type Answer = { readonly action: ResumeAction; readonly values: JsonObject };

function answerOf(
  { answer }: Pressed,
  { stateValues }: BlockActions,
  { form }: OpenQuestion,
): Answer {
  switch (answer.kind) {
    case "choice":
      return { action: "accept", values: valuesOf(form, { choice: answer.id }) };
    case "submit":
      return { action: "accept", values: valuesOf(form, readFields(stateValues)) };
    case "accept":
      return { action: "accept", values: {} };
    case "decline":
      return { action: "decline", values: {} };
  }
}

function checkedUrl({ env }: Call, { responseUrl }: BlockActions): string | null {
  const { apiBase } = readEnvironment(env).slack;
  if (responseUrl === null) return null;
  return isResponseUrl(responseUrl, simulatorOrigins(apiBase)) ? responseUrl : null;
}
