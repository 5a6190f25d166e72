/** Bytes that `text` takes in UTF-8. A lone surrogate counts as the three bytes it is written as. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = codePointAt(text, index);
    bytes += bytesOf(point);
    if (point > LAST_OF_ONE_UNIT) index += 1;
  }
  return bytes;
}

/** The longest beginning of `text` that takes at most `bytesMax` bytes, never half a character. */
export function utf8Prefix(text: string, bytesMax: number): string {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = codePointAt(text, index);
    bytes += bytesOf(point);
    if (bytes > bytesMax) return text.slice(0, index);
    if (point > LAST_OF_ONE_UNIT) index += 1;
  }
  return text;
}

/** Characters beyond this take two units of a string: a surrogate pair. */
const LAST_OF_ONE_UNIT = 0xff_ff;

/** The index is always inside the text, so there is a character. */
function codePointAt(text: string, index: number): number {
  return text.codePointAt(index) as number;
}

function bytesOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x8_00) return 2;
  return point > LAST_OF_ONE_UNIT ? 4 : 3;
}

/**
 * Whether two texts are equal, in a time that says nothing of where they differ: for tokens. Only their
 * length is told.
 */
export function equalInConstantTime(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}
