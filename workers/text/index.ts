import * as z from "zod";
import { command, definePlugin } from "../../src/sdk/define-plugin.ts";
import { type Stats, statsOf } from "./stats.ts";
import { summarize } from "./summarize.ts";

export class Plugin extends definePlugin({
  name: "text",
  version: "1.0.0",
  description: "Reads texts: summaries and figures, in any language, without a model.",
  commands: {
    summarize: command({
      description:
        "Picks the most telling sentences, in their order. Extractive: it quotes, it does not rephrase.",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.strictObject({
        text: z.string().min(1).describe("What to summarize"),
        sentences: z.int().min(1).max(50).default(5).describe("At most so many sentences"),
        max_characters: z.int().min(20).max(100_000).default(100_000).describe("At most so long"),
      }),
      run({ text, sentences, max_characters: charactersMax }) {
        const summary = summarize(text, { sentences, charactersMax });
        return {
          text: summary.text,
          output: {
            method: "extractive",
            sentences: summary.sentences,
            sentences_in: summary.sentencesIn,
            words_in: summary.wordsIn,
            language: summary.language,
            cut: summary.isCut,
          },
        };
      },
    }),
    stats: command({
      description: "Counts words and sentences, estimates the reading time, lists frequent words.",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.strictObject({
        text: z.string().describe("What to count"),
        top: z.int().min(0).max(100).default(10).describe("How many frequent words to list"),
      }),
      run({ text, top }) {
        const stats = statsOf(text, top);
        return {
          text: inWords(stats),
          output: {
            characters: stats.characters,
            words: stats.words,
            sentences: stats.sentences,
            paragraphs: stats.paragraphs,
            reading_seconds: stats.readingSeconds,
            language: stats.language,
            frequent_words: stats.frequentWords,
          },
        };
      },
    }),
  },
}) {}

/** Nobody reaches this Worker over HTTP: the gateway calls the entrypoint above. */
export default {};

function inWords({ words, sentences, readingSeconds, frequentWords }: Stats): string {
  const minutes = Math.max(1, Math.round(readingSeconds / 60));
  const figures = `${counted(words, "word")} in ${counted(sentences, "sentence")}`;
  const reading = `about ${counted(minutes, "minute")} to read`;
  const frequent = frequentWords.slice(0, 5).map(({ word, count }) => `${word} (${count})`);
  const list = frequent.length === 0 ? "" : ` Most frequent: ${frequent.join(", ")}.`;
  return `${figures}, ${reading}.${list}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
