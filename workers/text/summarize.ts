import { type Candidate, scoreSentences, similarity } from "./score.ts";
import { splitSentences } from "./sentences.ts";
import { detectLanguage } from "./stop-words.ts";
import { isUnspaced, splitWordsOf } from "./words.ts";

export type Summary = {
  /** The chosen sentences, in the order of the text. */
  readonly text: string;
  readonly sentences: readonly Chosen[];
  /** How many sentences there were to choose from. */
  readonly sentencesIn: number;
  readonly wordsIn: number;
  /** ISO 639-1, or `null` where the language is not one of those known. */
  readonly language: string | null;
  /** Whether even the best sentence had to be cut to stay within `charactersMax`. */
  readonly isCut: boolean;
};

type Chosen = { readonly index: number; readonly text: string };

export type SummaryOptions = {
  /** At most so many sentences. */
  readonly sentences: number;
  /** At most so many characters in all. */
  readonly charactersMax: number;
};

/** What a sentence loses for repeating one that is chosen already. */
const REPETITION_COST = 0.7;

/**
 * The most telling sentences of a text. A sentence tells much when it shares its rarer words with many
 * others (LexRank), when it stands where writers say what they are about, and when it can stand alone.
 * Each next choice pays for what it repeats (maximal marginal relevance).
 *
 * @see https://www.cs.cmu.edu/afs/cs/project/jair/pub/volume22/erkan04a-html/erkan04a.html
 */
export function summarize(text: string, options: SummaryOptions): Summary {
  const sentences = splitSentences(text);
  const tokens = splitWordsOf(sentences);
  const words = tokens.flat();
  const language = detectLanguage(words);
  const space = isUnspaced(text) ? "" : " ";
  const candidates = scoreSentences(sentences, tokens, language);
  const { chosen, isCut } = choose(candidates, { ...options, space });
  return {
    text: chosen.map((sentence) => sentence.text).join(space),
    sentences: chosen,
    sentencesIn: sentences.length,
    wordsIn: words.length,
    language: language.code,
    isCut,
  };
}

function choose(
  candidates: readonly Candidate[],
  { sentences, charactersMax, space }: SummaryOptions & { readonly space: string },
): { readonly chosen: readonly Chosen[]; readonly isCut: boolean } {
  const chosen: Candidate[] = [];
  const repeated = new Map<Candidate, number>();
  let left = [...candidates];
  let room = charactersMax;
  while (chosen.length < sentences) {
    const fitting = left.filter(({ text }) => text.length <= room);
    const best = mostWorth(fitting, repeated);
    if (best === null) break;
    chosen.push(best);
    left = left.filter((candidate) => candidate !== best);
    for (const candidate of left) {
      const same = similarity(best.weights, candidate.weights);
      repeated.set(candidate, Math.max(repeated.get(candidate) ?? 0, same));
    }
    room -= best.text.length + space.length;
  }
  const first = mostWorth(candidates, new Map());
  if (chosen.length === 0 && first !== null) {
    return { chosen: [{ index: first.index, text: cut(first.text, charactersMax) }], isCut: true };
  }
  const inOrder = chosen.toSorted((left, right) => left.index - right.index);
  return { chosen: inOrder.map(({ index, text }) => ({ index, text })), isCut: false };
}

/** @param repeated How much of each candidate one chosen sentence says already, at most. */
function mostWorth(
  candidates: readonly Candidate[],
  repeated: ReadonlyMap<Candidate, number>,
): Candidate | null {
  let best: Candidate | null = null;
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const worth = candidate.score * (1 - REPETITION_COST * (repeated.get(candidate) ?? 0));
    if (worth > bestWorth) {
      best = candidate;
      bestWorth = worth;
    }
  }
  return best;
}

/** Cuts at the last space that leaves room for the ellipsis. */
function cut(text: string, charactersMax: number): string {
  const part = text.slice(0, charactersMax - 1);
  const end = part.lastIndexOf(" ");
  return `${withoutTrailingMarks(end > 0 ? part.slice(0, end) : part)}…`;
}

/** From the end, letter by letter: an expression would begin anew at every comma of the part. */
function withoutTrailingMarks(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s,;:]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
