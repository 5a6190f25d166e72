import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  beginningOf,
  cutInto,
  escaped,
  mrkdwn,
  shortened,
  sizeText,
  typed,
} from "../../../src/channels/slack/text.ts";

/** What makes cutting hard: entities, fences, pairs of units, borders. */
const aPiece = fc.oneof(
  fc.constantFrom("```", "``", "`", "&", "<", ">", "\n", "\n\n", " ", "🚀", "**", "x".repeat(70)),
  fc.string({ maxLength: 12, unit: "grapheme" }),
);
const aText = fc.array(aPiece, { maxLength: 200 }).map((pieces) => pieces.join(""));

const hasHalfCharacter = (text: string) => !text.isWellFormed();
/** Whole ones are all there is of `&` in an escaped text. */
const hasHalfEntity = (text: string) => text.replace(/&(?:amp|lt|gt);/g, "").includes("&");
const fences = (text: string) => text.split("```").length - 1;

describe("what others wrote", () => {
  test("pings nobody and leads nowhere", () => {
    expect(escaped('<!channel> <@U1> <https://a.example|b> & "c" &amp;')).toBe(
      '&lt;!channel&gt; &lt;@U1&gt; &lt;https://a.example|b&gt; &amp; "c" &amp;amp;',
    );
  });

  test("comes back as it was typed", () => {
    fc.assert(
      fc.property(aText, (text) => {
        expect(typed(escaped(text))).toBe(text);
      }),
    );
  });

  test.each([
    { markdown: "a **bold** word", shown: "a *bold* word" },
    { markdown: "**a** and **b c**", shown: "*a* and *b c*" },
    { markdown: "2 ** 3 ** 4", shown: "2 ** 3 ** 4" },
    { markdown: "**over\nlines**", shown: "**over\nlines**" },
    { markdown: "***both***", shown: "***both***" },
    { markdown: "`**code**` **not**", shown: "`**code**` *not*" },
    { markdown: "```\n**code**\n``` **not**", shown: "```\n**code**\n``` *not*" },
    { markdown: "```\n**never closed**", shown: "```\n**never closed**" },
    { markdown: "**a < b**", shown: "*a &lt; b*" },
  ])("is bold where it says so plainly: $markdown", ({ markdown, shown }) => {
    expect(mrkdwn(markdown)).toBe(shown);
  });
});

describe("a text in pieces", () => {
  const LENGTH = 100;

  test("says what it said, in pieces that fit and break nothing", () => {
    fc.assert(
      fc.property(aText, (text) => {
        const whole = escaped(text).replaceAll("```", "'''");

        const pieces = cutInto(whole, LENGTH);

        expect(pieces.join("")).toBe(whole);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(LENGTH);
          expect(hasHalfEntity(piece)).toBe(false);
          expect(hasHalfCharacter(piece)).toBe(false);
        }
      }),
    );
  });

  test("closes each code block where it is cut, and opens it again", () => {
    fc.assert(
      fc.property(aText, (text) => {
        const whole = escaped(text).replace(/`{4,}/g, "```");

        const pieces = cutInto(whole, LENGTH);

        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(LENGTH);
        for (const piece of pieces.slice(0, -1)) expect(fences(piece) % 2).toBe(0);
        const letters = (part: string) => part.replace(/[`\s]/g, "");
        expect(letters(pieces.join(""))).toBe(letters(whole));
      }),
    );
  });

  test.each([
    { border: "a paragraph", text: `${"a".repeat(60)}\n\n${"b ".repeat(30)}`, at: 62 },
    { border: "a line", text: `${"a ".repeat(30)}\n${"b ".repeat(30)}`, at: 61 },
    { border: "a word", text: `${"a".repeat(70)} ${"b".repeat(60)}`, at: 71 },
    { border: "nothing near its middle", text: `a ${"b".repeat(200)}`, at: 96 },
  ])("ends at $border", ({ text, at }) => {
    expect(cutInto(text, LENGTH)[0]?.length).toBe(at);
  });

  test("is a row of code blocks where it was one", () => {
    const text = `\`\`\`\n${"line of code\n".repeat(20)}\`\`\`\nthe end`;

    const pieces = cutInto(text, LENGTH);

    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/^```\n[\s\S]*\n```$/);
    expect(pieces.at(-1)).toMatch(/```\nthe end$/);
  });

  test("is one that fits already, and none where there is none", () => {
    expect(cutInto("hello", LENGTH)).toEqual(["hello"]);
    expect(cutInto("", LENGTH)).toEqual([]);
  });

  test("gets to its end with nothing but backticks in it", () => {
    const pieces = cutInto("`".repeat(1000), LENGTH);

    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(LENGTH);
    expect(pieces.join("").length).toBeGreaterThanOrEqual(1000);
  });
});

describe("the beginning of a text", () => {
  test("fits, breaks nothing and closes its code", () => {
    fc.assert(
      fc.property(aText, (text) => {
        const whole = escaped(text);

        const beginning = beginningOf(whole, 100);

        expect(beginning.length).toBeLessThanOrEqual(100);
        if (whole.length <= 100) expect(beginning).toBe(whole);
        else expect(fences(beginning) % 2).toBe(0);
        expect(hasHalfEntity(beginning)).toBe(false);
        expect(hasHalfCharacter(beginning)).toBe(false);
      }),
    );
  });

  test("has a mark where something is missing", () => {
    expect(beginningOf("a".repeat(101), 100)).toBe(`${"a".repeat(95)}…`);
    expect(shortened("a".repeat(11), 10)).toBe(`${"a".repeat(9)}…`);
    expect(shortened("a".repeat(10), 10)).toBe("a".repeat(10));
    expect(shortened("🚀🚀🚀", 4)).toBe("🚀…");
    expect(shortened("a&amp;bcd", 5)).toBe("a…");
  });
});

test.each([
  { bytes: 0, text: "0 bytes" },
  { bytes: 1, text: "1 byte" },
  { bytes: 999, text: "999 bytes" },
  { bytes: 1000, text: "1.0 KB" },
  { bytes: 3_400_000, text: "3.4 MB" },
  { bytes: 250_000_000, text: "250 MB" },
  { bytes: 5_000_000_000_000, text: "5000 GB" },
])("$bytes bytes are $text", ({ bytes, text }) => {
  expect(sizeText(bytes)).toBe(text);
});
