/**
 * Text that we did not write, as it can stand in a message: nobody is pinged by `<!channel>`, and no
 * link hides behind another text. Slack asks for these three characters and no others.
 */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Text that Slack has escaped, as it was typed. */
export function typed(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Code is shown as it is, the stars in it as well. */
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;
const BOLD = /(?<!\*)\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*(?!\*)/g;

/**
 * What a plugin has said, as mrkdwn. Plugins write Markdown: `**bold**` is the one form of it that people
 * stumble over and that can be turned into Slack's without guessing. All else stays as it was written.
 */
export function mrkdwn(text: string): string {
  return escaped(text)
    .split(CODE)
    .map((part, index) => (index % 2 === 0 ? part.replace(BOLD, "*$1*") : part))
    .join("");
}

const FENCE = "```";
const REOPENED = `${FENCE}\n`;
const CLOSED = `\n${FENCE}`;

/**
 * Mrkdwn in pieces that can each be shown by itself: what is cut inside a code block is closed there, and
 * opened again in the next piece. Without the fences that are added, the pieces are the text.
 *
 * @param lengthMax Of a piece; at least 100, so that what is added always leaves room.
 */
export function cutInto(text: string, lengthMax: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  let isOpen = false;
  while (rest !== "") {
    const head = isOpen ? REOPENED : "";
    const isLast = head.length + rest.length <= lengthMax;
    const room = lengthMax - head.length - CLOSED.length;
    const piece = rest.slice(0, isLast ? rest.length : borderIn(rest, room));
    isOpen = isOpen !== hasOpenFence(piece);
    pieces.push(`${head}${piece}${isOpen && !isLast ? CLOSED : ""}`);
    rest = rest.slice(piece.length);
  }
  return pieces;
}

/** The longest beginning of mrkdwn that is at most so long: its code block closed, and a mark where it ends. */
export function beginningOf(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const piece = text.slice(0, wholeEnd(text, lengthMax - CLOSED.length - 1));
  return `${piece}${hasOpenFence(piece) ? CLOSED : ""}…`;
}

function hasOpenFence(text: string): boolean {
  return (text.split(FENCE).length - 1) % 2 === 1;
}

/** Where people would end a piece, the best first. */
const BORDERS = ["\n\n", "\n", " "];

/** Where to cut a text that is longer than `room`: not in its first half, where it would leave much unused. */
function borderIn(text: string, room: number): number {
  for (const border of BORDERS) {
    const at = text.lastIndexOf(border, room - border.length);
    if (at > room / 2) return wholeEnd(text, at + border.length);
  }
  return wholeEnd(text, room);
}

/** The nearest place before `end` that is inside nothing: no `&amp;`, no fence, no character of two units. */
function wholeEnd(text: string, end: number): number {
  const fence = startOfTicks(text, end);
  const entity = text.lastIndexOf("&", fence - 1);
  const isInEntity = entity !== -1 && !text.slice(entity, fence).includes(";");
  const at = isInEntity && fence - entity < ENTITY_LENGTH_MAX ? entity : fence;
  const isInPair = isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
  return isInPair ? at - 1 : at;
}

/** The longest is `&amp;`. */
const ENTITY_LENGTH_MAX = 5;

/** More backticks in a row are no fence: they may be cut like any text. */
const TICKS_MAX = 20;

function startOfTicks(text: string, end: number): number {
  if (text[end] !== "`") return end;
  let start = end;
  while (text[start - 1] === "`") start -= 1;
  return end - start > TICKS_MAX ? end : start;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc_00 && unit <= 0xdf_ff;
}

/** Words for a `plain_text` object, or a line: at most so long, with a mark where something is missing. */
export function shortened(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, wholeEnd(text, lengthMax - 1))}…`;
}

/** `3.4 MB`, as people say it. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return bytes === 1 ? "1 byte" : `${size.toFixed(digits)} ${units[unit]}`;
}
