import type { ArtifactView } from "../../core/artifact/artifact.ts";
import type { JsonObject } from "../../lang/json.ts";
import { isNonEmpty, type NonEmpty } from "../../lang/non-empty.ts";
import type { ChannelFile } from "../channel-call.ts";
import type { Telling } from "../telling.ts";
import { componentsOf } from "./ask-components.ts";
import { type Attachable, attachedOf, type FileLimits, shownArtifacts } from "./attached.ts";
import { splitText } from "./split.ts";
import { bytesText, fenced } from "./text.ts";
import { jobNote, type Onward, type Words, wordsOf } from "./words.ts";

/** One message, before it is known which call carries it. */
export type Message = {
  readonly content: string;
  readonly files: readonly ChannelFile[];
  readonly components: readonly JsonObject[];
};

/** How it is to be said. */
export type Manner = FileLimits & {
  readonly onward: Onward;
  /** More than these, and it becomes a file. */
  readonly messagesMax: number;
  readonly longText: "messages" | "file";
};

/**
 * Discord takes 2000 characters. It counts other ones than JavaScript does, and a mention of whoever asked
 * may come before them.
 */
const CONTENT_LENGTH_MAX = 1960;

/** Of a text that is in the file. */
const EXCERPT_LENGTH_MAX = 600;
const EXCERPT_READ_MAX = 2000;

/** What is said, as the messages that it takes: always the same for the same telling and manner. */
export function messagesOf(telling: Telling, manner: Manner): NonEmpty<Message> {
  const words = wordsOf(telling, manner.onward);
  const artifacts = telling.about === "end" ? shownArtifacts(telling.snapshot) : [];
  const components = componentsIn(telling);
  const attached = attachedOf(artifacts.map(artifactFile), manner);
  const contents = contentsOf(words, [...leftNotes(attached.left), ...words.notes], manner);
  if (contents === null) return [filed(telling, words, manner)];
  const [content, ...others] = contents;
  const rest = others.map((more) => ({ content: more, files: [], components: [] }));
  return [{ content, files: attached.files, components }, ...rest];
}

/** The same as one message, however long it is: what does not fit is in its file. */
export function oneMessageOf(telling: Telling, manner: Manner): Message {
  const [first] = messagesOf(telling, { ...manner, messagesMax: 1 });
  return first;
}

function componentsIn({ about, snapshot, question }: Telling): readonly JsonObject[] {
  return about === "question" && question !== null ? componentsOf(snapshot.job_id, question) : [];
}

/** `null` = it is too long, and becomes a file. */
function contentsOf(
  { text, isDivisible }: Words,
  notes: readonly string[],
  { messagesMax, longText }: Manner,
): NonEmpty<string> | null {
  const most = isDivisible && longText === "messages" ? messagesMax : 1;
  if (text.length > most * CONTENT_LENGTH_MAX) return null;
  const contents = noted(splitText(text, CONTENT_LENGTH_MAX), notes);
  return isNonEmpty(contents) && contents.length <= most ? contents : null;
}

/** With the notes below the last one, or as one more. */
function noted(contents: readonly string[], notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return contents;
  const below = notes.join("\n");
  const last = contents.at(-1) ?? "";
  const whole = last === "" ? below : `${last.trimEnd()}\n${below}`;
  return whole.length <= CONTENT_LENGTH_MAX
    ? [...contents.slice(0, -1), whole]
    : [...contents, below];
}

/** The first lines, and the whole as a file; where files are not taken, as much as fits. */
function filed(telling: Telling, words: Words, manner: Manner): Message {
  const artifacts = telling.about === "end" ? shownArtifacts(telling.snapshot) : [];
  const whole = resultFile(words.file);
  const { files, left } = attachedOf([whole, ...artifacts.map(artifactFile)], manner);
  const isThere = files.includes(whole.file);
  const notes = [
    isThere
      ? `-# The whole of it is in \`${whole.file.name}\`.`
      : `-# This is its beginning: the whole (${bytesText(whole.bytes)}) does not fit here.`,
    ...leftNotes(left.filter(({ file }) => file !== whole.file)),
    ...words.notes.filter((note) => isThere || note !== jobNote(telling.snapshot)),
    ...(isThere ? [] : [jobNote(telling.snapshot)]),
  ].join("\n");
  const room = isThere ? EXCERPT_LENGTH_MAX : CONTENT_LENGTH_MAX - notes.length - 1;
  const content = `${excerptOf(words, room).trimEnd()}\n${notes}`;
  return { content, files, components: componentsIn(telling) };
}

/** Room for the fence around an excerpt of JSON, and for what shows that it goes on. */
const FRAME_LENGTH = 20;

function excerptOf({ file }: Words, room: number): string {
  const head = file.text.slice(0, EXCERPT_READ_MAX);
  const isJson = file.kind === "json";
  // What a fence inside it would become takes two more units each.
  const shown = isJson ? head.replaceAll("```", "'''") : head;
  const [first = ""] = splitText(shown, room - FRAME_LENGTH);
  return isJson ? fenced(`${first.trimEnd()}\n…`, "json") : `${first.trimEnd()}\n…`;
}

/** Text is previewed when it says what it is. */
const CONTENT_TYPES = {
  md: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  json: "application/json",
} as const;

function resultFile({ text, kind }: Words["file"]): Attachable {
  const name = `result.${kind}`;
  const file = { name, contentType: CONTENT_TYPES[kind], from: { kind: "text", text } } as const;
  return { file, bytes: new TextEncoder().encode(text).byteLength };
}

function artifactFile({ name, content_type: contentType, bytes }: ArtifactView): Attachable {
  return { file: { name, contentType, from: { kind: "artifact", name } }, bytes };
}

/** As many names as a line holds. */
const LEFT_MAX = 5;

function leftNotes(left: readonly Attachable[]): readonly string[] {
  if (left.length === 0) return [];
  const named = left
    .slice(0, LEFT_MAX)
    .map(({ file, bytes }) => `\`${file.name}\` (${bytesText(bytes)})`);
  const more = left.length - named.length;
  return [`-# Not attached: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`];
}
