/**
 * Texts of about that length, of numbered words, no two of which are the same: whoever reads one in a channel knows whether it
 * is all there, in order, and once.
 */
export function numberedText(name: string, length: number): string {
  const words: string[] = [];
  for (let left = length; left > 0; ) {
    const word = `${name}w${words.length + 1}`;
    words.push(word);
    left -= word.length + 1;
  }
  return words.join(" ");
}

/** The numbered words of that name, as they stand in a text. */
export function numberedWords(name: string, text: string): readonly string[] {
  return text.match(new RegExp(`\\b${name}w\\d+\\b`, "g")) ?? [];
}
