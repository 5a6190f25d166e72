import { describe, expect, test } from "vitest";
import { statsOf } from "../../../workers/text/stats.ts";

describe("statsOf", () => {
  test("counts an English text", () => {
    const text = "The cat sat on the mat. The cat was happy.\n\nDid the dog see the cat?";

    expect(statsOf(text, 2)).toEqual({
      characters: 68,
      words: 16,
      sentences: 3,
      paragraphs: 2,
      readingSeconds: 4,
      language: "en",
      frequentWords: [
        { word: "cat", count: 3 },
        { word: "sat", count: 1 },
      ],
    });
  });

  test("counts words by dictionary where none are spaced, and reading by characters", () => {
    const stats = statsOf("公园很大。公园很美。", 1);

    expect(stats).toMatchObject({
      characters: 10,
      sentences: 2,
      readingSeconds: 2,
      frequentWords: [{ word: "公园", count: 2 }],
    });
  });

  test("counts characters as people see them, not as strings hold them", () => {
    expect(statsOf("😀😀", 0).characters).toBe(2);
  });

  test("passes over short words of a language it does not know, and over figures", () => {
    const text = "Lorem ip dolor 1887 amet, ip lorem dolor 1887 sed lorem ip ip.";

    expect(statsOf(text, 2).frequentWords).toEqual([
      { word: "lorem", count: 3 },
      { word: "dolor", count: 2 },
    ]);
  });

  test("counts a word of more than 64 letters, and lists none", () => {
    const [longest, longer] = ["x".repeat(64), "y".repeat(65)];

    expect(statsOf(`${longer} ${longest} ${longer}`, 5)).toMatchObject({
      words: 3,
      frequentWords: [{ word: longest, count: 1 }],
    });
  });

  test("of nothing are nothing", () => {
    expect(statsOf("", 5)).toMatchObject({
      characters: 0,
      words: 0,
      sentences: 0,
      frequentWords: [],
    });
  });
});
