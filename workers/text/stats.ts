import { paragraphs, sentencesOf } from "./sentences.ts";
import { detectLanguage } from "./stop-words.ts";
import { countWords, isUnspaced, splitWords } from "./words.ts";

export type Stats = {
  readonly characters: number;
  readonly words: number;
  readonly sentences: number;
  readonly paragraphs: number;
  readonly readingSeconds: number;
  /** ISO 639-1, or `null` where the language is not one of those known. */
  readonly language: string | null;
  /** The most frequent words that say something, the most frequent first. */
  readonly frequentWords: readonly { readonly word: string; readonly count: number }[];
};

/**
 * Silent reading of non-fiction: 238 words a minute; in scripts without spaces, about 260 characters of
 * Chinese and 360 of Japanese are given, so 300 are taken for all of them.
 *
 * @see https://doi.org/10.1016/j.jml.2019.104047
 */
const WORDS_PER_MINUTE = 238;
const CHARACTERS_PER_MINUTE = 300;

/** Shorter words, where the language is unknown, are nearly always its commonest. */
const UNKNOWN_LENGTH_MIN = 4;

/** Nobody reads a longer one: it is data. Listed, it would come back as long as the text that it fills. */
const FREQUENT_LENGTH_MAX = 64;

/** Counts a text. @param top How many frequent words to list. */
export function statsOf(text: string, top: number): Stats {
  const words = splitWords(text);
  const blocks = paragraphs(text);
  const language = detectLanguage(words);
  const unspaced = isUnspaced(text);
  const lengthMin = language.code === null && !unspaced ? UNKNOWN_LENGTH_MIN : 2;
  const isListed = ({ length }: string) => length >= lengthMin && length <= FREQUENT_LENGTH_MAX;
  const telling = words.filter(
    (word) => isListed(word) && !language.isStopWord(word) && /\p{L}/u.test(word),
  );
  const characters = [...text].length;
  const minutes = unspaced ? characters / CHARACTERS_PER_MINUTE : words.length / WORDS_PER_MINUTE;
  return {
    characters,
    words: words.length,
    sentences: sentencesOf(blocks).length,
    paragraphs: blocks.length,
    readingSeconds: Math.round(minutes * 60),
    language: language.code,
    frequentWords: countWords(telling)
      .slice(0, top)
      .map(([word, count]) => ({ word, count })),
  };
}
