const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** The words of a text in small letters. Scripts without spaces are cut by dictionary (ICU's). */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike) words.push(segment.toLowerCase());
  }
  return words;
}

/**
 * The words of each of many lines. All at once, because starting the segmenter costs more than a short
 * line, and a text may have hundreds of thousands.
 *
 * @param lines Without line breaks: those are what keeps one apart from the next.
 */
export function splitWordsOf(lines: readonly string[]): readonly (readonly string[])[] {
  let words: string[] = [];
  const wordsOfLines = [words];
  for (const { segment, isWordLike } of segmenter.segment(lines.join("\n"))) {
    if (isWordLike) words.push(segment.toLowerCase());
    else if (segment === "\n") {
      words = [];
      wordsOfLines.push(words);
    }
  }
  return wordsOfLines;
}

/** How often each occurs, the most frequent first; of equals, the one that came first. */
export function countWords(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, left], [, right]) => right - left);
}

/** Scripts that are written without spaces: their readers count characters. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/gu;

/** Whether most of the letters belong to a script without spaces. */
export function isUnspaced(text: string): boolean {
  const sample = text.slice(0, 5000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  return (sample.match(UNSPACED)?.length ?? 0) > letters / 2;
}
