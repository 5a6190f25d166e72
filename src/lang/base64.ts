const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Standard base64, padded (RFC 4648, section 4). */
const FORM = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const VALUES = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));

/** Pieces of text that are put together at once. */
const GROUPS_AT_ONCE = 4096;

export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 3 * GROUPS_AT_ONCE) {
    pieces.push(pieceOf(bytes.subarray(start, start + 3 * GROUPS_AT_ONCE)));
  }
  return pieces.join("");
}

/** The bytes, or `null` where the text is not base64. */
export function fromBase64(text: string): Uint8Array | null {
  if (!FORM.test(text)) return null;
  const end = text.indexOf("=");
  const letters = end === -1 ? text.length : end;
  const bytes = new Uint8Array((letters * 6) >> 3);
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let index = 0; index < letters; index += 1) {
    held = ((held << 6) | (VALUES.get(text.charCodeAt(index)) as number)) & 0xff_ff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written] = (held >> bits) & 0xff;
    written += 1;
  }
  return bytes;
}

function pieceOf(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(start, start + 3);
    const group = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((group >> shift) & 63)).join("");
    const missing = Math.max(0, start + 3 - bytes.length);
    text += missing === 0 ? letters : `${letters.slice(0, 4 - missing)}${"=".repeat(missing)}`;
  }
  return text;
}
