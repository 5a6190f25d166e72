import type { AskForm } from "../../core/ask/ask-form.ts";
import type { DiscordSeat } from "../../core/channel/seat.ts";
import type { Snapshot } from "../../core/job/snapshot.ts";
import type { Json } from "../../lang/json.ts";
import type { Question, Telling } from "../telling.ts";
import { answeredText } from "./answered.ts";
import { isFillable, shownFields } from "./ask-modal.ts";
import { shownArtifacts } from "./attached.ts";
import { SELECT_OPTIONS_MAX } from "./choice-values.ts";
import { cleanText, fenced, literalText, oneLine, shortened } from "./text.ts";

/** What is to be said, before it is made into messages. */
export type Words = {
  readonly text: string;
  /** What is in the file where it is too long for messages. */
  readonly file: { readonly text: string; readonly kind: "md" | "txt" | "json" };
  /** Whether it may be told in several messages: a form belongs to one, and half of a JSON is none. */
  readonly isDivisible: boolean;
  /** Small lines below it. */
  readonly notes: readonly string[];
};

/** As much of an error as helps whoever reads it. */
const ERROR_LENGTH_MAX = 800;
const PROGRESS_LENGTH_MAX = 300;
const TITLE_LENGTH_MAX = 200;

/** Where the answer comes when the token is over. */
export type Onward = "channel" | "direct" | "nowhere";

export function onwardOf(
  { isEphemeral, channelId }: Pick<DiscordSeat, "isEphemeral" | "channelId">,
  hasBot: boolean,
): Onward {
  if (!hasBot) return "nowhere";
  return isEphemeral || channelId === null ? "direct" : "channel";
}

export function wordsOf(telling: Telling, onward: Onward): Words {
  const { about, snapshot, question, answered } = telling;
  if (answered !== null) return small(answeredText(answered), []);
  if (about === "question" && question !== null) return asked(question, snapshot);
  if (about === "late") return small(LATE[onward], [jobNote(snapshot)]);
  if (about === "end" && snapshot.status === "succeeded") return succeeded(snapshot);
  if (about === "end") return ended(snapshot);
  return small(progressText(snapshot), []);
}

/** Names a job to whoever has to ask for it. */
export function jobNote({ job_id: id }: Pick<Snapshot, "job_id">): string {
  return `-# job ${id}`;
}

const LATE: { readonly [onward in Onward]: string } = {
  channel:
    "⏳ This takes longer than Discord lets me edit this message. The answer will come as a new message in this channel.",
  direct:
    "⏳ This takes longer than Discord lets me edit this message. The answer will come as a direct message to you.",
  nowhere:
    "⏳ This takes longer than Discord lets me answer here. The work goes on, and the answer is kept: ask for it by the job's id.",
};

function small(text: string, notes: readonly string[]): Words {
  return { text, file: { text, kind: "txt" }, isDivisible: false, notes };
}

function succeeded(snapshot: Snapshot): Words {
  const { result } = snapshot;
  const artifacts = shownArtifacts(snapshot);
  const text = cleanText(result?.text ?? "");
  if (text.trim() !== "") {
    return { text, file: { text, kind: kindOf(text) }, isDivisible: true, notes: [] };
  }
  const output = result?.output ?? null;
  if (!isNothing(output)) {
    const json = cleanText(JSON.stringify(output, null, 2));
    const file = { text: json, kind: "json" } as const;
    return { text: fenced(json, "json"), file, isDivisible: false, notes: [] };
  }
  return small(artifacts.length === 0 ? "Done." : `Done: ${namesOf(artifacts)}.`, []);
}

/** What a plugin puts into its output where it has nothing to put there. */
function isNothing(output: Json): boolean {
  if (output === null || output === "") return true;
  return typeof output === "object" && Object.keys(output).length === 0;
}

/** More names than this are no sentence. */
const NAMES_MAX = 10;

function namesOf(artifacts: Snapshot["artifacts"]): string {
  const named = artifacts.slice(0, NAMES_MAX).map(({ name }) => `\`${name}\``);
  const more = artifacts.length - named.length;
  return `${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

function ended(snapshot: Snapshot): Words {
  const { status, error, attempt } = snapshot;
  const why = literalText(shortened((error?.message ?? "").trim(), ERROR_LENGTH_MAX));
  const [what, advice] = ENDED[status] ?? ENDED["failed"];
  const tries = status === "dead" && attempt > 1 ? ` after ${attempt} attempts` : "";
  const text = [`${what}${tries}.`, why, advice].filter((line) => line !== "").join("\n");
  return small(text, [jobNote(snapshot)]);
}

type Ended = readonly [what: string, advice: string];

const ENDED: { readonly [status: string]: Ended } & { readonly failed: Ended } = {
  failed: ["❌ **That did not work**", "Change what you ask for before you try again."],
  dead: ["❌ **That did not work**", "You can try again later."],
  timed_out: [
    "⌛ **That took too long, and was stopped**",
    "You can try again, or ask for less at once.",
  ],
  cancelled: ["🚫 **Cancelled**", ""],
};

function progressText({ progress }: Snapshot): string {
  const message = oneLine(progress?.message ?? "", PROGRESS_LENGTH_MAX);
  const percent = progress?.percent ?? null;
  const parts = [
    ...(percent === null ? [] : [`${Math.round(percent)} %`]),
    ...(message === "" ? [] : [literalText(message)]),
  ];
  return `⏳ ${parts.length === 0 ? "Working" : parts.join(" — ")}`;
}

function asked({ form }: Question, snapshot: Snapshot): Words {
  const title = literalText(oneLine(form.title, TITLE_LENGTH_MAX));
  const described = form.choices.filter(({ description }) => description !== null);
  const text = [
    ...(title === "" ? [] : [`**${title}**`]),
    ...(form.text === null ? [] : [cleanText(form.text)]),
    // A button has no room for it.
    ...(form.choices.length <= 5 ? described.map(choiceLine) : []),
  ].join("\n");
  const shown = text.trim() === "" ? "How should this go on?" : text;
  const file = { text: shown, kind: kindOf(shown) } as const;
  return { text: shown, file, isDivisible: false, notes: askNotes(form, snapshot) };
}

function choiceLine({ label, description }: AskForm["choices"][number]): string {
  const about = oneLine(description ?? "", TITLE_LENGTH_MAX);
  return `- **${literalText(oneLine(label, TITLE_LENGTH_MAX))}**: ${literalText(about)}`;
}

function askNotes(form: AskForm, snapshot: Snapshot): readonly string[] {
  const { choices, fields } = form;
  if (choices.length > SELECT_OPTIONS_MAX) {
    const counted = `the first ${SELECT_OPTIONS_MAX} of ${choices.length} choices`;
    return [`-# These are ${counted}. For another one, answer over HTTP.`, jobNote(snapshot)];
  }
  if (choices.length > 0) return [];
  if (!isFillable(form)) {
    const note = "-# This asks for more than a form of Discord's can hold. Answer it over HTTP.";
    return [note, jobNote(snapshot)];
  }
  const left = fields.length - shownFields(form).length;
  if (left === 0) return [];
  return [`-# The form leaves out ${left} that need no answer.`];
}

/** What an editor would take it for. */
function kindOf(text: string): Words["file"]["kind"] {
  if (/^\s*[[{]/.test(text) && isJson(text)) return "json";
  return /^(?:#{1,6} |```|[-*] |\d+\. |> |\|.+\|)|\*\*\S|\]\(http/m.test(text) ? "md" : "txt";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Text that begins like JSON is text.
    return false;
  }
}
