import type { Language } from "./stop-words.ts";
import { countWords } from "./words.ts";

/** A sentence that may be chosen. */
export type Candidate = {
  /** Its place in the text, from 0. */
  readonly index: number;
  readonly text: string;
  /** Its words that say something, with their weights; of length 1 taken together. */
  readonly weights: ReadonlyMap<string, number>;
  /** 0 to 1: how telling it is. */
  readonly score: number;
};

/**
 * Of a text in more sentences than these, those with the fewest telling words are passed over unread.
 * A megabyte of prose has fewer; one that has more is a list or noise, and would take seconds.
 */
const SENTENCES_SCORED_MAX = 10_000;

/** Every candidate is compared with every other, so of a long text only the best half-way get so far. */
const CANDIDATES_MAX = 300;

/** A sentence of more telling words than these is compared by the weightiest of them. */
const WORDS_COMPARED_MAX = 100;

/** PageRank's own damping, and enough rounds for it to settle to three digits. */
const DAMPING = 0.85;
const ROUNDS = 20;

/** A sentence with fewer telling words says little; one with more words in all is hard to read. */
const TELLING_WORDS_MIN = 9;
const WORDS_MAX = 35;

/** Beginnings that point back to a sentence which the reader of a summary may not see. */
const POINTING_BACK =
  /^\W*((all|both|each|some|many|most) (of )?)?(but|and|or|so|yet|he|she|it|they|this|that|these|those|such|thus|hence|therefore|however|moreover|furthermore|besides|also|then|here|there|nor|again|aber|und|oder|er|sie|es|dies(e[rsmn]?)?|doch|denn|daher|deshalb|mais|et|ou|il|elle|ils|elles|ce(ci|la)?|ces|cette|donc|pero|y|él|ella|ellos|este|esta|esto|estos|ma|ed|lui|lei|questo|questa|mas|e|ele|ela|isso)\b/iu;

/** Scores every sentence; only those worth choosing from come back, in the order of the text. */
export function scoreSentences(
  sentences: readonly string[],
  tokens: readonly (readonly string[])[],
  language: Language,
): readonly Candidate[] {
  // Figures are rare and therefore weigh much, but a text is hardly ever about them.
  const telling = tokens.map((words) =>
    words.filter((word) => !/^\d/.test(word) && !language.isStopWord(word)),
  );
  const rarity = rarityOf(telling);
  const weighted = worthScoring(telling).map((index) => {
    const text = sentences[index] ?? "";
    const weights = weightsOf(telling[index] ?? [], rarity);
    const form = lengthFactor(tokens[index]?.length ?? 0, weights.size) * standingFactor(text);
    return { index, text, weights, form };
  });
  const centre = centreOf(weighted.map(({ weights }) => weights));
  const candidates = weighted
    .map((sentence) => ({
      sentence,
      nearness: similarity(sentence.weights, centre) * sentence.form,
    }))
    .toSorted((left, right) => right.nearness - left.nearness)
    .slice(0, CANDIDATES_MAX)
    .map(({ sentence }) => sentence)
    .toSorted((left, right) => left.index - right.index);
  const ranks = rank(candidates.map(({ weights }) => weights));
  return candidates.map(({ index, text, weights, form }, position) => {
    const place = placeFactor(index, sentences.length);
    return { index, text, weights, score: (ranks[position] ?? 0) * form * place };
  });
}

/** How much two sentences say the same: the cosine of their weights, 0 to 1. */
export function similarity(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
): number {
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  let sum = 0;
  for (const [word, weight] of small) sum += weight * (large.get(word) ?? 0);
  return sum;
}

/** A word counts the more, the fewer sentences use it; one that most of them use counts nothing. */
function rarityOf(sentences: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const inSentences = new Map<string, number>();
  for (const words of sentences) {
    const different = words.length > 1 ? new Set(words) : words;
    for (const word of different) inSentences.set(word, (inSentences.get(word) ?? 0) + 1);
  }
  for (const [word, count] of inSentences) {
    inSentences.set(word, Math.log((sentences.length + 1) / count));
  }
  return inSentences;
}

/** The places of the sentences that may say enough, in order. */
function worthScoring(telling: readonly (readonly string[])[]): readonly number[] {
  const places = [...telling.keys()];
  if (places.length <= SENTENCES_SCORED_MAX) return places;
  const wordsAt = (place: number) => Math.min(telling[place]?.length ?? 0, TELLING_WORDS_MIN);
  return places
    .toSorted((left, right) => wordsAt(right) - wordsAt(left))
    .slice(0, SENTENCES_SCORED_MAX)
    .toSorted((left, right) => left - right);
}

function weightsOf(
  words: readonly string[],
  rarity: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const weights = countWords(words).map(
    ([word, count]) => [word, count * (rarity.get(word) ?? 0)] as const,
  );
  if (weights.length <= WORDS_COMPARED_MAX) return unitLength(weights);
  const heaviest = weights.toSorted(([, left], [, right]) => right - left);
  return unitLength(heaviest.slice(0, WORDS_COMPARED_MAX));
}

/** What the text as a whole is about. */
function centreOf(vectors: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const vector of vectors) {
    for (const [word, weight] of vector) sum.set(word, (sum.get(word) ?? 0) + weight);
  }
  return unitLength([...sum]);
}

function unitLength(entries: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const length = Math.sqrt(entries.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return new Map(entries.map(([word, weight]) => [word, weight / length]));
}

/** PageRank over similarity: a sentence is telling when telling sentences resemble it. 0 to 1. */
function rank(vectors: readonly ReadonlyMap<string, number>[]): readonly number[] {
  const before = vectors.map((left, row) =>
    vectors.slice(0, row).map((right) => similarity(left, right)),
  );
  // The same in both directions; a sentence has no link to itself.
  const links = vectors.map((_, row) =>
    vectors.map((__, column) => before[Math.max(row, column)]?.[Math.min(row, column)] ?? 0),
  );
  const outgoing = links.map((row) => row.reduce((sum, link) => sum + link, 0) || 1);
  let ranks = vectors.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const shares = ranks.map((value, index) => value / (outgoing[index] ?? 1));
    ranks = links.map(
      (row) =>
        1 -
        DAMPING +
        DAMPING * row.reduce((sum, link, index) => sum + link * (shares[index] ?? 0), 0),
    );
  }
  const highest = Math.max(...ranks, 1e-9);
  return ranks.map((value) => value / highest);
}

function lengthFactor(wordCount: number, tellingCount: number): number {
  const substance = Math.min(1, tellingCount / TELLING_WORDS_MIN);
  return wordCount <= WORDS_MAX ? substance : substance * Math.sqrt(WORDS_MAX / wordCount);
}

/** Whether it can stand alone: an end mark, no question, nothing that points back. */
function standingFactor(text: string): number {
  let factor = POINTING_BACK.test(text) ? 0.75 : 1;
  if (/[?？؟]["'”’»)\]]*$/u.test(text)) factor *= 0.6;
  if (!/\p{P}$/u.test(text)) factor *= 0.6;
  return factor;
}

/** Writers say what they are about at the beginning, and again at the end. */
function placeFactor(index: number, count: number): number {
  const fromStart = Math.exp((-8 * index) / count);
  const fromEnd = Math.exp((-12 * (count - 1 - index)) / count);
  return 1 + 0.35 * fromStart + 0.15 * fromEnd;
}
