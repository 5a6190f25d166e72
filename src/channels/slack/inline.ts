import type { SlackSeat } from "../../core/channel/seat.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { Telling } from "../telling.ts";
import { context, message, messageJson, type SlackMessage, section } from "./block.ts";
import { endMessage, filesOf, pagesOf } from "./end-message.ts";
import { questionMessage } from "./question-message.ts";
import { escaped } from "./text.ts";

/**
 * What there is to tell as the answer to the request itself, which is shown at once and takes no use of the
 * response_url; `null` = it does not fit into one message, or has files to show.
 */
export function slackInline(telling: Telling, seat: SlackSeat): JsonObject | null {
  const said = inlineMessage(telling, seat);
  return said === null ? null : { response_type: seat.response, ...messageJson(said) };
}

function inlineMessage(telling: Telling, seat: SlackSeat): SlackMessage | null {
  const { about, snapshot, question } = telling;
  if (about === "question" && question !== null) return questionMessage(snapshot, question, seat);
  if (about !== "end" || filesOf(snapshot).length > 0) return null;
  const { pages, isWhole } = pagesOf(snapshot);
  const [page, ...others] = pages;
  if (page === undefined || others.length > 0 || !isWhole) return null;
  return endMessage(snapshot, page, { rest: "none", isLast: true });
}

/** That it was heard, where the answer takes longer: the answer takes its place. */
export function slackAck(
  { response }: Pick<SlackSeat, "response">,
  jobId: string | null = null,
): JsonObject {
  const words = "Working on it…";
  const job = jobId === null ? [] : [context(`Job \`${escaped(jobId)}\``)];
  return { response_type: response, ...messageJson(message(words, [section(words), ...job])) };
}

/** That it is not known yet whether it was heard: an answer takes the place of this as well. */
export function slackLate({ response }: Pick<SlackSeat, "response">): JsonObject {
  return { response_type: response, ...messageJson(message(LATE, [section(LATE)])) };
}

const LATE =
  "This takes longer than usual. The answer comes here when it is there; where nothing has after a minute, try again.";

/**
 * Words that only whoever did something sees, beside what is there: that a question was answered before,
 * or that it is for somebody else.
 *
 * @param words Ours: they are not escaped.
 */
export function slackNote(words: string): JsonObject {
  return {
    response_type: "ephemeral",
    replace_original: false,
    ...messageJson(message(words, [section(words)])),
  };
}

/** A question with its answer in the place of its buttons, as its response_url takes it. */
export function slackReplacement(said: SlackMessage): JsonObject {
  return { replace_original: true, ...messageJson(said) };
}
