/** What Discord shows of a text, and what it takes for more than text. */

/** Without what Discord drops or refuses: NUL, and halves of characters. */
export function cleanText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, "");
}

/** As it stands, whatever is in it: no pings, no links, no fences. */
export function literalText(text: string): string {
  return cleanText(text).replace(/[\\*_~`|>#\-[\]()<@:]/g, "\\$&");
}

/** The longest beginning of `length` units at most, never half a character; cut text ends in `…`. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${cleanText(text.slice(0, length - 1))}…`;
}

/** On one line, for labels and names: nothing else is shown there. */
export function oneLine(text: string, length: number): string {
  return shortened(cleanText(text).replace(/\s+/gu, " ").trim(), length);
}

/** In a fence that the text itself cannot close. */
export function fenced(text: string, language: string): string {
  return `${FENCE}${language}\n${text.replaceAll(FENCE, "`\u200b`\u200b`")}\n${FENCE}`;
}

const FENCE = "```";

/** `12.3 MB`: for people, so in thousands. */
export function bytesText(bytes: number): string {
  const [unit, size] =
    UNITS.find(([, each]) => bytes >= each) ?? (["bytes", 1] as const satisfies Unit);
  const count = bytes / size;
  return `${size === 1 ? count : count.toFixed(1)} ${unit}`;
}

type Unit = readonly [name: string, bytes: number];

const UNITS: readonly Unit[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["KB", 1e3],
];
