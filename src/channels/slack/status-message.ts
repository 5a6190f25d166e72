import type { Snapshot } from "../../core/job/snapshot.ts";
import { context, message, type SlackMessage, section } from "./block.ts";
import { jobLine } from "./end-message.ts";
import { beginningOf, escaped, mrkdwn, shortened } from "./text.ts";

const PROGRESS_LENGTH_MAX = 1000;

/** How far a job is; `null` where it has not said. */
export function progressMessage(snapshot: Snapshot): SlackMessage | null {
  const said = snapshot.progress?.message?.trim() ?? "";
  if (said === "") return null;
  const percent = snapshot.progress?.percent ?? null;
  const words = beginningOf(mrkdwn(said), PROGRESS_LENGTH_MAX);
  const line = percent === null ? words : `${words} (${Math.round(percent)} %)`;
  return message(line, [section(line), context(jobLine(snapshot))]);
}

/** The last that can be said before the response_url ends, and the job has not. */
export function lateMessage(snapshot: Snapshot): SlackMessage {
  const words = "This takes longer than Slack lets it be answered here. It goes on all the same.";
  const where = `Get its answer when it is done: \`GET ${escaped(snapshot.links.result)}\``;
  return message(words, [
    section(words),
    context(shortened(where, 400)),
    context(jobLine(snapshot)),
  ]);
}
