import { type ArtifactView, RESULT_ARTIFACT } from "../../core/artifact/artifact.ts";
import type { Snapshot } from "../../core/job/snapshot.ts";
import { context, fitting, LIMITS, message, type SlackMessage, section } from "./block.ts";
import { beginningOf, cutInto, escaped, mrkdwn, shortened, sizeText } from "./text.ts";

/** With what stands below them they stay within what a message may have. */
const PAGE_LENGTH_MAX = 11_000;

/** Four of them are a page, so that none is left half empty. */
const SECTION_LENGTH_MAX = PAGE_LENGTH_MAX / 4;

/** Of one answer: more would be a wall that nobody reads, and use up the response_url. */
const PAGES_MAX = 3;

/**
 * As much of an answer as is looked at. Escaped it is not shorter, and bold letters without half of their
 * stars are still more than all pages can show.
 */
const ANSWER_LENGTH_MAX = 60_000;

/** What one message shows of an answer. */
export type Page = readonly string[];

export type Pages = {
  readonly pages: readonly Page[];
  /** Whether they are all of the answer. */
  readonly isWhole: boolean;
};

/** The end of a job in the pages that can be shown one by one. At least one. */
export function pagesOf(snapshot: Snapshot): Pages {
  const words = endWords(snapshot).slice(0, ANSWER_LENGTH_MAX);
  const pages: string[][] = [];
  let left = 0;
  for (const section of cutInto(words, SECTION_LENGTH_MAX)) {
    if (section.trim() === "") continue;
    if (section.length > left) {
      pages.push([]);
      left = PAGE_LENGTH_MAX;
    }
    pages.at(-1)?.push(section);
    left -= section.length;
  }
  return { pages: pages.slice(0, PAGES_MAX), isWhole: pages.length <= PAGES_MAX };
}

/** The words of an answer in full, as they were written; `null` where there is none. */
export function answerFile(snapshot: Snapshot): AnswerFile | null {
  const { text, output } = answerOf(snapshot);
  if (text !== null) return { name: "answer.md", contentType: "text/markdown", text };
  if (output === null) return null;
  return { name: "answer.json", contentType: "application/json", text: output };
}

export type AnswerFile = {
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
};

/** What comes below the words of a page. */
export type Below = {
  /** Where the rest of the answer is. */
  readonly rest: "none" | "file" | "cut";
  /** Whether this is the last message about it: it says which job it was. */
  readonly isLast: boolean;
};

export function endMessage(snapshot: Snapshot, page: Page, { rest, isLast }: Below): SlackMessage {
  const files = isLast ? filesLine(filesOf(snapshot)) : null;
  return message(page[0] ?? "", [
    ...page.map(section),
    ...(rest === "none" ? [] : [context(restLine(snapshot, rest))]),
    ...(files === null ? [] : [context(files)]),
    ...(isLast ? [context(jobLine(snapshot))] : []),
  ]);
}

/** What a job kept, without the gateway's own copy of its result. */
export function filesOf({ artifacts }: Snapshot): readonly ArtifactView[] {
  return artifacts.filter(({ name }) => name !== RESULT_ARTIFACT);
}

/** Which job it was, for whoever is asked about it. */
export function jobLine({ job_id: id, plugin, command }: Snapshot): string {
  return shortened(`Job \`${escaped(id)}\` · ${escaped(`${plugin}/${command}`)}`, JOB_LINE_MAX);
}

const JOB_LINE_MAX = 200;
const REST_LINE_MAX = 400;
/** The longest name that a file may have is shorter, so that at least one is said. */
const FILE_NAMES_LENGTH_MAX = 180;

const CUT = "It is cut here: the whole answer is";

function restLine({ links }: Snapshot, rest: "file" | "cut"): string {
  const what = rest === "file" ? "The whole answer follows, and is" : CUT;
  return shortened(`${what} at \`GET ${escaped(links.result)}\``, REST_LINE_MAX);
}

function filesLine(files: readonly ArtifactView[]): string | null {
  if (files.length === 0) return null;
  const names = files.map(({ name, bytes }) => `\`${escaped(name)}\` (${sizeText(bytes)})`);
  const shown = fitting(names, FILE_NAMES_LENGTH_MAX);
  const more = names.length - shown.length;
  return `Files: ${shown.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

/** The answer itself: its text, or where it has none, its output written out. */
function answerOf({ result }: Snapshot): {
  readonly text: string | null;
  readonly output: string | null;
} {
  const text = result?.text?.trim() ? result.text : null;
  const output = result?.output ?? null;
  const isEmpty = output === null || JSON.stringify(output) === "{}";
  return { text, output: isEmpty ? null : JSON.stringify(output, null, 2) };
}

/** What is said of the end, as mrkdwn. */
function endWords(snapshot: Snapshot): string {
  switch (snapshot.status) {
    case "failed":
      return `*It failed.* ${whyOf(snapshot)}`;
    case "dead":
      return `*It failed ${timesText(snapshot.attempt)}, and is not tried again.* ${whyOf(snapshot)}`;
    case "timed_out":
      return `*It took too long, and was stopped.* ${whyOf(snapshot)}`;
    case "cancelled":
      return `*It was cancelled.* ${whyOf(snapshot)}`;
    default:
      return answerWords(snapshot);
  }
}

function answerWords(snapshot: Snapshot): string {
  const { text, output } = answerOf(snapshot);
  if (text !== null) return mrkdwn(text.slice(0, ANSWER_LENGTH_MAX));
  if (output === null) return "Done.";
  return `\`\`\`\n${escaped(output.slice(0, ANSWER_LENGTH_MAX))}\n\`\`\``;
}

function timesText(attempts: number): string {
  return attempts === 1 ? "once" : `${attempts} times`;
}

/** One section: what a plugin says of its failure may be long. */
const WHY_LENGTH_MAX = LIMITS.sectionLength - 500;

/** What somebody can do about it differs: wait and send it again, change what was asked, or ask for help. */
function whyOf({ error, status }: Snapshot): string {
  const why = error === null ? "" : beginningOf(mrkdwn(error.message), WHY_LENGTH_MAX);
  return [why, ADVICE[status] ?? ""].filter((part) => part !== "").join("\n");
}

const ADVICE: { readonly [status: string]: string } = {
  failed: "Change what you asked for, or show the line below to whoever runs this.",
  dead: "It may pass: send it again in a while.",
  timed_out: "Ask for less at once, or send it again.",
};
