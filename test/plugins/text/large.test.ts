import { describe, expect, test } from "vitest";
import { splitSentences } from "../../../workers/text/sentences.ts";
import { statsOf } from "../../../workers/text/stats.ts";
import { summarize } from "../../../workers/text/summarize.ts";

/** What one trigger can hold: work that grows with the square of it would not end within a test. */
const BYTES_MAX = 1_048_576;

/** `part` again and again, up to 1 MiB. */
const filled = (part: string) => part.repeat(Math.floor(BYTES_MAX / part.length));

describe("a text of 1 MiB", () => {
  test.each([
    { what: "abbreviations", text: filled("Mr. Dr. e.g. i.e. U.S. "), count: 4384 },
    { what: "initials", text: filled("A. "), count: 4370 },
    { what: "a bibliography", text: filled("Smith, J. A. Brown, K. L. and Doe, P. Q. "), count: 1 },
    { what: "one word", text: `${"x".repeat(BYTES_MAX - 12)}! Next one.`, count: 2 },
    { what: "long words", text: filled(`${"x".repeat(40_000)}! Next one. `), count: 52 },
    { what: "tiny sentences", text: filled("A b. "), count: 209_715 },
    { what: "tiny paragraphs", text: filled("A\n\n"), count: 349_525 },
    { what: "tiny items", text: filled("- item\n"), count: 149_796 },
    { what: "line breaks", text: filled("\n"), count: 0 },
    { what: "marks", text: filled("?'"), count: 1 },
  ])("is split, counted and summarized: $what", ({ text, count }) => {
    expect(splitSentences(text)).toHaveLength(count);
    expect(statsOf(text, 5).sentences).toBe(count);
    const summary = summarize(text, { sentences: 5, charactersMax: BYTES_MAX });
    expect(summary.sentencesIn).toBe(count);
    expect(summary.sentences).toHaveLength(Math.min(5, count));
  });

  test("that fills few sentences is summarized, however many words each of them has", () => {
    const words = Array.from({ length: 6000 }, (_, index) => `w${index}`).join(", ");
    const text = filled(`Listed are ${words}. `);

    const summary = summarize(text, { sentences: 50, charactersMax: BYTES_MAX });

    expect(summary.sentences).toHaveLength(summary.sentencesIn);
  });

  test("whose every sentence is too long is cut, however many commas it has", () => {
    const text = `a${",".repeat(99_990)}${"b".repeat(20)}.`;

    const summary = summarize(text, { sentences: 1, charactersMax: 100_000 });

    expect(summary).toMatchObject({ text: `a${",".repeat(99_990)}bbbbbbbb…`, isCut: true });
  });

  test("in more sentences than are scored is told by those that say most", () => {
    const telling = "The river bridge carries nine trains every single winter morning northwards.";
    const text = `${"He did. ".repeat(20_000)}${telling} ${"She was. ".repeat(20_000)}`;

    const summary = summarize(text, { sentences: 1, charactersMax: 1000 });

    expect(summary).toMatchObject({ text: telling, sentencesIn: 40_001 });
  });
});
