/** Some of an artifact's bytes: at least one. */
export type ByteRange = { readonly offset: number; readonly length: number };

/**
 * What a reader asks for with `Range` (RFC 9110, section 14): one range of bytes. Several at once, and
 * what is no range, are answered with the whole, as the RFC allows.
 *
 * @returns `null` for the whole; `beyond` for bytes that are not there.
 */
export function readRange(
  headers: Headers,
  { bytes, etag }: { readonly bytes: number; readonly etag: string },
): ByteRange | null | "beyond" {
  const condition = headers.get("if-range");
  if (condition !== null && condition.trim() !== etag) return null;
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return null;
  if (from === "") return lastBytes(Number(to), bytes);
  const [first, last] = [Number(from), to === "" ? bytes - 1 : Number(to)];
  if (last < first && to !== "") return null;
  if (first >= bytes) return "beyond";
  return { offset: first, length: Math.min(last, bytes - 1) - first + 1 };
}

function lastBytes(count: number, bytes: number): ByteRange | "beyond" {
  const length = Math.min(count, bytes);
  return length === 0 ? "beyond" : { offset: bytes - length, length };
}
