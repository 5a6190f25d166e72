import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piecesOf, splitText } from "../../../src/channels/discord/split.ts";

/** Texts of what makes splitting hard, and of the room between it. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "```",
        "```js\n",
        "`",
        "````",
        "\n",
        "\n\n",
        " ",
        ". ",
        "🚀",
        "👩‍👩‍👧",
        "<@1090000000000000003>",
        "<#1090000000000000011>",
        "<t:1763665200:R>",
        "https://example.com/a?b=c#d",
        "```a-language-that-is-far-too-long-to-be-one\n",
      ),
      fc.string({ maxLength: 60, unit: "binary" }),
      fc.nat(150).map((length) => "x".repeat(length)),
      fc.nat(200).map((length) => "🚀".repeat(length)),
      fc.nat(50).map((length) => "`".repeat(length)),
      fc.nat(200).map((length) => `https://example.com/${"y".repeat(length)}`),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join("").replace(/\p{Surrogate}/gu, ""));

const lengths = fc.integer({ min: 100, max: 400 });

const marksIn = (text: string) => [...text.matchAll(/```/g)].length;

describe("splitText", () => {
  test("loses nothing: the bodies together are the text", () => {
    fc.assert(
      fc.property(texts, lengths, (text, lengthMax) => {
        const bodies = piecesOf(text, lengthMax).map(({ body }) => body);

        expect(bodies.join("")).toBe(text);
        expect(bodies).not.toContain("");
      }),
    );
  });

  test("keeps to the limit, opens and closes every fence, and cuts no character in two", () => {
    fc.assert(
      fc.property(texts, lengths, (text, lengthMax) => {
        for (const message of splitText(text, lengthMax)) {
          expect(message.length).toBeLessThanOrEqual(lengthMax);
          expect(marksIn(message) % 2).toBe(0);
          expect(message.isWellFormed()).toBe(true);
          expect(message.trim()).not.toBe("");
        }
      }),
    );
  });

  test("cuts no mention, moment or link that is shorter than a message", () => {
    const token = fc.constantFrom(
      "<@1090000000000000003>",
      "<t:1763665200:R>",
      "https://a.example/b",
    );
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 30, maxLength: 60 }),
        lengths,
        (tokens, lengthMax) => {
          const messages = splitText(tokens.join(" "), lengthMax);

          expect(messages.flatMap((message) => message.trim().split(" "))).toEqual(tokens);
        },
      ),
    );
  });

  test("leaves what fits as it is, to the last unit", () => {
    expect(splitText("x".repeat(200), 200)).toEqual(["x".repeat(200)]);
    expect(splitText("x".repeat(201), 200)).toHaveLength(2);
    expect(splitText("", 200)).toEqual([]);
    expect(splitText(" \n ", 200)).toEqual([]);
  });

  test.each([
    { border: "\n\n", name: "paragraph" },
    { border: "\n", name: "line" },
    { border: ". ", name: "sentence" },
    { border: " ", name: "word" },
  ])("cuts at the end of a $name rather than in its midst", ({ border }) => {
    const [first] = splitText(`${"x".repeat(70)}${border}${"y".repeat(70)}`, 100);

    expect(first?.trimEnd()).toBe(`${"x".repeat(70)}${border.trimEnd()}`);
  });

  test("prefers the end of a paragraph to a later end of a word", () => {
    const [first] = splitText(`${"x".repeat(60)}\n\n${"y ".repeat(60)}`, 100);

    expect(first).toBe(`${"x".repeat(60)}\n\n`);
  });

  test("goes on with a fence in its language", () => {
    const code = Array.from({ length: 12 }, (_, line) => `const line${line} = ${line};`).join("\n");

    expect(splitText(`Look:\n\`\`\`ts\n${code}\n\`\`\`\nThat is all.`, 150)).toEqual([
      `Look:\n\`\`\`ts\n${code.split("\n").slice(0, 7).join("\n")}\n\`\`\``,
      `\`\`\`ts\n${code.split("\n").slice(7).join("\n")}\n\`\`\`\nThat is all.`,
    ]);
  });

  test("opens no fence at the end of a message, and closes none at its beginning", () => {
    const before = splitText(`${"x".repeat(88)}\n\`\`\`ts\ncode\n\`\`\``, 100);
    const after = splitText(`\`\`\`ts\n${"y".repeat(87)}\n\`\`\`\nmore text that follows`, 100);

    expect(before).toEqual([`${"x".repeat(88)}\n`, "```ts\ncode\n```"]);
    expect(after).toEqual([`\`\`\`ts\n${"y".repeat(87)}\n\`\`\``, "\nmore text that follows"]);
  });
});
