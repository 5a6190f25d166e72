import type { JsonObject } from "../../lang/json.ts";
import { answererIn, answerText } from "../answer-text.ts";
import type { AnsweredQuestion } from "../telling.ts";
import { literalText, oneLine } from "./text.ts";

const TITLE_LENGTH_MAX = 200;
const ANSWER_LENGTH_MAX = 400;

/** A question with its answer in the place of its buttons, until what comes of it is there. Pings nobody. */
export function answeredMessage(answered: AnsweredQuestion): JsonObject {
  const content = answeredText(answered);
  return { content, components: [], allowed_mentions: { parse: [] } };
}

export function answeredText(answered: AnsweredQuestion): string {
  const title = oneLine(answered.form?.title ?? "", TITLE_LENGTH_MAX);
  const answer = literalText(oneLine(answerText(answered), ANSWER_LENGTH_MAX));
  const who = answererIn("discord", answered);
  const by = "userId" in who ? `<@${who.userId}>` : who.way;
  return `${title === "" ? "" : `**${literalText(title)}**\n`}✅ ${answer} — ${by}`;
}
