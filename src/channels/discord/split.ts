/** One message's part of a text. A fence that is cut is closed at the end, and opened again in the next. */
export type Piece = {
  readonly opening: string;
  /** All bodies together are the whole text. */
  readonly body: string;
  readonly closing: string;
};

/** A stretch of the text that is not to be cut; a fence's marks with its language among them. */
type Whole = {
  readonly start: number;
  readonly end: number;
  /** Of a mark that opens a fence: its language, or none. */
  readonly opens: string | null;
  readonly closes: boolean;
};

const CLOSING = "\n```";

/** Longer words after a mark are no language. */
const LANGUAGE = /[A-Za-z0-9_+\-.#]{0,32}\n/y;

/** Mentions, moments, emoji and links: cut in two they would be something else. */
const TOKENS =
  /<(?:@[!&]?|#|t:-?|a?:\w+:|\/[^\n:>]{1,100}:)\d+(?::[a-zA-Z])?>|https?:\/\/[^\s<>`]+/g;

/** Where a text is best cut, the best places first: after each match. */
const BORDERS: readonly RegExp[] = [/\n\n+/g, /\n/g, /[.!?…](?=\s)/g, /\s/g];

/** The text in messages of at most `lengthMax` UTF-16 units. */
export function splitText(text: string, lengthMax: number): readonly string[] {
  return piecesOf(text, lengthMax)
    .map(({ opening, body, closing }) => `${opening}${body}${closing}`)
    .filter((message) => message.trim() !== "");
}

export function piecesOf(text: string, lengthMax: number): readonly Piece[] {
  const fences = fencesIn(text);
  const wholes = [...fences, ...tokensIn(text)];
  const pieces: Piece[] = [];
  let start = 0;
  while (start < text.length) {
    const language = languageAt(fences, start);
    const opening = language === null ? "" : `\`\`\`${language}\n`;
    const room = lengthMax - opening.length;
    const rest = { text, start, room: room - CLOSING.length, fences, wholes };
    const isLast = languageAt(fences, text.length) === null && text.length - start <= room;
    const end = isLast ? text.length : endOf(rest);
    const body = text.slice(start, end);
    pieces.push({ opening, body, closing: closingOf(body, languageAt(fences, end)) });
    start = end;
  }
  return pieces;
}

function closingOf(body: string, language: string | null): string {
  if (language === null) return "";
  return body.endsWith("\n") ? CLOSING.trim() : CLOSING;
}

type Rest = {
  readonly text: string;
  readonly start: number;
  /** For the body, with the mark that closes it left out. */
  readonly room: number;
  readonly fences: readonly Whole[];
  readonly wholes: readonly Whole[];
};

/** Where the piece that begins at `start` ends. */
function endOf(rest: Rest): number {
  const { text, start, room, fences } = rest;
  if (text.length - start <= room) return text.length;
  const end = cutIn(rest);
  // A fence that would be opened at the very end is opened in the next piece.
  const opened = fences.find((fence) => fence.opens !== null && fence.end === end);
  if (opened !== undefined && opened.start > start) return opened.start;
  // A mark that closes at once takes the place of the one that would be added.
  const closed = fences.find(({ closes, start: at }) => closes && at >= end && at <= end + 1);
  const isNext = closed !== undefined && text.slice(end, closed.start).trim() === "";
  return isNext ? closed.end : end;
}

function cutIn(rest: Rest): number {
  const { text, start, room, wholes } = rest;
  const last = start + room;
  const cut = [...bordersIn(rest), last, last - 1].find((at) => isFree(at, rest));
  if (cut !== undefined) return cut;
  // Before what is not to be cut; what is longer than a message has to be.
  const around = wholes.find((whole) => whole.start < last && last < whole.end);
  const isMovable = around !== undefined && around.start > start && sizeOf(around) <= room;
  if (isMovable) return around.start;
  return isPair(text, last) ? last - 1 : last;
}

/** Places to cut at, the best first: not so early that the message would be short for it. */
function bordersIn({ text, start, room }: Rest): readonly number[] {
  const seen = text.slice(start, start + room);
  return BORDERS.flatMap((border, rank) => {
    const least = rank === BORDERS.length - 1 ? room / 8 : room / 2;
    const ends = [...seen.matchAll(border)].map(({ 0: match, index }) => index + match.length);
    return ends
      .filter((end) => end >= least)
      .toReversed()
      .map((end) => start + end);
  });
}

function isFree(at: number, { text, wholes }: Rest): boolean {
  return !isPair(text, at) && !wholes.some(({ start, end }) => start < at && at < end);
}

/** Whether a character of two units would be cut there. */
function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xff_ff;
}

function sizeOf({ start, end }: Whole): number {
  return end - start;
}

/** The language of the fence that `at` is in; `null` = it is in none. */
function languageAt(fences: readonly Whole[], at: number): string | null {
  return fences.findLast(({ end }) => end <= at)?.opens ?? null;
}

/** Marks of three backticks open and close in turn. */
function fencesIn(text: string): readonly Whole[] {
  const fences: Whole[] = [];
  for (const { index } of text.matchAll(/```/g)) {
    const after = index + 3;
    const closes = fences.at(-1)?.opens != null;
    LANGUAGE.lastIndex = after;
    const line = closes ? "" : (LANGUAGE.exec(text)?.[0] ?? "");
    const opens = closes ? null : line.trim();
    fences.push({ start: index, end: after + line.length, opens, closes });
  }
  return fences;
}

function tokensIn(text: string): readonly Whole[] {
  return [...text.matchAll(TOKENS)].map(({ 0: token, index }) => ({
    start: index,
    end: index + token.length,
    opens: null,
    closes: false,
  }));
}
