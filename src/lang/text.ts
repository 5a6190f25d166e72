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

/** `text` as UTF-8. A lone surrogate is written as the replacement character. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let end = 0;
  for (let index = 0; index < text.length; index += 1) {
    const point = codePointAt(text, index);
    end = writePoint(bytes, isSurrogate(point) ? REPLACEMENT : point, end);
    if (point > LAST_OF_ONE_UNIT) index += 1;
  }
  return bytes;
}

const REPLACEMENT = 0xff_fd;

function isSurrogate(point: number): boolean {
  return point >= 0xd8_00 && point <= 0xdf_ff;
}

/** Writes a character at `start`, and says where the next one begins. */
function writePoint(bytes: Uint8Array, point: number, start: number): number {
  const length = bytesOf(point);
  if (length === 1) {
    bytes[start] = point;
    return start + 1;
  }
  const lead = [0xc0, 0xe0, 0xf0][length - 2] as number;
  bytes[start] = lead | (point >> (6 * (length - 1)));
  for (let index = 1; index < length; index += 1) {
    bytes[start + index] = 0x80 | ((point >> (6 * (length - 1 - index))) & 0x3f);
  }
  return start + length;
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
