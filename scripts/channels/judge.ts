import type { Moment, SeenMessage } from "../simulators/screen.ts";
import type { Due } from "./kinds.ts";
import { numberedWords } from "./texts.ts";

/** What a screen says about what is due on it. */
export type Verdict = "missing" | "right" | "twice" | "wrong";

/** Letters of more than one byte must come through whole as well. */
const LETTERS = "héllo 🌍";

/** Looks at the messages that are there at one instant. */
export function verdictOf(due: Due, messages: readonly SeenMessage[]): Verdict {
  switch (due.kind) {
    case "words":
      return wordsVerdict(due, messages);
    case "saying":
      return byCount(messages.filter(({ text }) => due.pattern.test(text)).length);
    case "file": {
      const files = filesOf(messages).filter(({ name }) => name === due.name);
      const isWhole = files.every(({ bytes }) => bytes.length === due.bytes);
      return isWhole ? byCount(files.length) : "wrong";
    }
  }
}

/** The instant from which on the screen was as it has to be; `null` = it never was. */
export function rightSince(due: Due, moments: readonly Moment[]): number | null {
  const shown = new Map<string, SeenMessage>();
  for (const moment of moments) {
    apply(shown, moment);
    if (verdictOf(due, [...shown.values()]) === "right") return moment.at;
  }
  return null;
}

/** What was undone after the end: moments that took away what was due, or showed it again. */
export function undoneAfter(due: Due, moments: readonly Moment[]): readonly Moment[] {
  const shown = new Map<string, SeenMessage>();
  const undone: Moment[] = [];
  let isOver = false;
  for (const moment of moments) {
    apply(shown, moment);
    const isRight = verdictOf(due, [...shown.values()]) === "right";
    if (isOver && !isRight) undone.push(moment);
    isOver ||= isRight;
  }
  return undone;
}

function apply(shown: Map<string, SeenMessage>, { what, message }: Moment): void {
  if (message === null) return;
  if (what === "removed") shown.delete(message.id);
  else shown.set(message.id, message);
}

function wordsVerdict(
  { name, text }: Extract<Due, { readonly kind: "words" }>,
  messages: readonly SeenMessage[],
): Verdict {
  const wanted = numberedWords(name, text);
  const visible = messages.map((message) => message.text).join("\n");
  const inMessages = numberedWords(name, visible);
  if (new Set(inMessages).size < inMessages.length) return "twice";
  const whole = filesOf(messages)
    .map(({ bytes }) => new TextDecoder().decode(bytes))
    .filter((content) => isSame(numberedWords(name, content), wanted));
  // Beside a file with all of it, the messages show how it begins.
  if (whole.length > 0) return byCount(whole.length);
  if (inMessages.length === 0) return "missing";
  const hasLetters = !text.includes(LETTERS) || visible.includes(LETTERS);
  return hasLetters && isSame(inMessages, wanted) ? "right" : "wrong";
}

function filesOf(messages: readonly SeenMessage[]) {
  return messages.flatMap(({ files }) => files);
}

function byCount(count: number): Verdict {
  if (count === 0) return "missing";
  return count === 1 ? "right" : "twice";
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}
