/** Longer stretches without an end mark (lists, Thai, bad punctuation) are cut where they breathe. */
const SENTENCE_LENGTH_MAX = 600;
const CUT_LENGTH = 240;

/** Words before a full stop that do not end a sentence, in the languages that write them so. */
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof rev hon gen col capt lt sgt gov sen rep st jr sr vs etc e.g i.e cf al fig no nos vol " +
    "pp ed eds inc ltd co corp dept est approx jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k a.m p.m " +
    "bzw usw z.b d.h u.a o.ä nr abs str hr fr inkl ggf vgl bspw ca evtl " +
    "mm mme mlle m p.ex art env sr. sra dra ud uds pág núm sig dott sig.ra ecc pag"
  ).split(" "),
);

/**
 * How much of a sentence's end is looked at for an abbreviation: more than the longest of them. Looking
 * at all of it would cost the square of a text whose every word is one.
 */
const END_LENGTH = 16;

/** A heading or a list item: a short line that ends without a mark. */
const LINE_LENGTH_MAX = 80;

/**
 * The sentences of a text, trimmed, in order. The rules of Unicode, mended where they go wrong most:
 * after abbreviations, before small letters, at headings, and where a script has no end marks.
 *
 * @see https://www.unicode.org/reports/tr29/#Sentence_Boundaries
 */
export function splitSentences(text: string): readonly string[] {
  return sentencesOf(paragraphs(text));
}

/** The sentences of paragraphs, in order. */
export function sentencesOf(blocks: readonly string[]): readonly string[] {
  const segmenter = new Intl.Segmenter("und", { granularity: "sentence" });
  // All at once, because starting the segmenter costs more than a short paragraph. Every line break
  // ends a piece, and inside a paragraph there is none.
  const segments = segmenter.segment(blocks.join("\n"));
  const sentences: string[][] = [];
  let end = "";
  for (const { segment } of segments) {
    const last = sentences.at(-1);
    const isJoined = last !== undefined && !end.endsWith("\n") && continues(end, segment);
    if (isJoined) last.push(segment);
    else sentences.push([segment]);
    end = `${isJoined ? end : ""}${segment}`.slice(-END_LENGTH);
  }
  return sentences
    .map((parts) => parts.join("").trim())
    .filter((sentence) => sentence !== "")
    .flatMap(cutLong);
}

/** Blocks that no sentence crosses: between blank lines, and around headings. */
export function paragraphs(text: string): readonly string[] {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .flatMap(splitHeadings)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

/** In a wrapped paragraph all lines are about equally long; a short one without a mark stands alone. */
function splitHeadings(block: string): readonly string[] {
  const parts: string[] = [];
  let current = "";
  for (const line of block.split("\n")) {
    current = current === "" ? line : `${current} ${line}`;
    const trimmed = line.trim();
    const isAlone = trimmed.length <= LINE_LENGTH_MAX / 2 && !/[\p{P}\p{Ll}]$/u.test(trimmed);
    const isItem = /^([-*•]|\d+[.)])\s/.test(trimmed);
    if (isAlone || isItem) {
      parts.push(current);
      current = "";
    }
  }
  return [...parts, current];
}

/** Whether `next` belongs to the sentence that seems to have ended with `end`. */
function continues(end: string, next: string): boolean {
  if (/^[\s"'”’»)\]]*[\p{Ll}]/u.test(next)) return true;
  const [, word = ""] = /([\p{L}.]+)\.\s*$/u.exec(end) ?? [];
  // An initial, as in "A. Lincoln".
  const isInitial = /^\p{Lu}$/u.test(word);
  return isInitial || ABBREVIATIONS.has(word.toLowerCase());
}

function cutLong(sentence: string): readonly string[] {
  if (sentence.length <= SENTENCE_LENGTH_MAX || !hasNoMarks(sentence)) return [sentence];
  const parts: string[] = [];
  let current = "";
  for (const piece of sentence.split(/(?<=[\s,;:，、；])/u)) {
    if (current !== "" && current.length + piece.length > CUT_LENGTH) {
      parts.push(current.trim());
      current = "";
    }
    current += piece;
  }
  return [...parts, current.trim()].filter((part) => part !== "");
}

/** Long sentences with commas are how people wrote in 1887; only unmarked stretches are cut. */
function hasNoMarks(sentence: string): boolean {
  const marks = sentence.match(/[,;:—–]/g)?.length ?? 0;
  return marks < sentence.length / 300;
}
