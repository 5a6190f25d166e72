/** Fewer characters of a key say nothing of it. */
const PART_LENGTH = 8;

/** What stands in its place. */
const INSTEAD = "[key]";

/**
 * A text of others without the key, and without parts of it: endpoints repeat the key that they
 * refuse, some with its middle starred out.
 */
export function withoutKey(text: string, key: string | null): string {
  if (key === null || key === "") return text;
  const partLength = Math.min(PART_LENGTH, key.length);
  const parts = new Set(
    Array.from({ length: key.length - partLength + 1 }, (_, start) =>
      key.slice(start, start + partLength),
    ),
  );
  const isPartAt = (place: number) => parts.has(text.slice(place, place + partLength));
  let clean = "";
  let place = 0;
  while (place < text.length) {
    let end = place;
    while (isPartAt(end)) end += 1;
    clean += end === place ? text.charAt(place) : INSTEAD;
    place = end === place ? place + 1 : end - 1 + partLength;
  }
  return clean;
}
