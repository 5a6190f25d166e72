import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS, lengthOf, type SlackMessage } from "../../../src/channels/slack/block.ts";
import { answerFile, endMessage, pagesOf } from "../../../src/channels/slack/end-message.ts";
import { lateMessage, progressMessage } from "../../../src/channels/slack/status-message.ts";
import type { Snapshot } from "../../../src/core/job/snapshot.ts";
import { ended, running, succeeded, withArtifacts, wordsOf } from "./a-saying.ts";

const LAST = { rest: "none", isLast: true } as const;

/** The end as one message, as it is shown where it is short. */
function endOf(snapshot: Snapshot): SlackMessage {
  const { pages } = pagesOf(snapshot);
  return endMessage(snapshot, pages[0] ?? [], LAST);
}

const JOB_LINE = "Job `job-1` · lab/echo";

describe("a job that has succeeded", () => {
  test("says what it has to say, and which one it was", () => {
    expect(endOf(succeeded("Hello, **you** & <!channel>"))).toEqual({
      text: "Hello, *you* &amp; &lt;!channel&gt;",
      blocks: [
        {
          type: "section",
          text: { type: "mrkdwn", text: "Hello, *you* &amp; &lt;!channel&gt;" },
        },
        { type: "context", elements: [{ type: "mrkdwn", text: JOB_LINE }] },
      ],
    });
  });

  test.each([
    { what: "no text", snapshot: succeeded(null, { a: [1] }), words: '```\n{\n  "a": [\n    1' },
    { what: "a blank text", snapshot: succeeded(" \n", { a: 1 }), words: '```\n{\n  "a": 1\n}' },
    { what: "nothing at all", snapshot: succeeded(null, null), words: "Done." },
    { what: "an empty output", snapshot: succeeded(null, {}), words: "Done." },
    { what: "no result", snapshot: { ...succeeded("x"), result: null }, words: "Done." },
  ])("with $what says: $words", ({ snapshot, words }) => {
    expect(wordsOf(endOf(snapshot).blocks)).toContain(words);
  });

  test("names its files with their sizes, but not the gateway's copy of its result", () => {
    const snapshot = withArtifacts(succeeded("hello"), [
      { name: "report.pdf", bytes: 3_400_000 },
      { name: "_result.json", bytes: 5 },
      { name: "a.csv", bytes: 12 },
    ]);

    expect(wordsOf(endOf(snapshot).blocks)).toContain(
      "Files: `report.pdf` (3.4 MB), `a.csv` (12 bytes)",
    );
    expect(wordsOf(endOf(snapshot).blocks)).not.toContain("_result.json");
  });

  test("counts the files that a line has no room for", () => {
    const files = Array.from({ length: 100 }, (_, index) => ({
      name: `${"x".repeat(90)}${index}`,
      bytes: 1,
    }));

    expect(wordsOf(endOf(withArtifacts(succeeded("a"), files)).blocks)).toMatch(
      /^Files: `x+0` \(1 byte\) and 99 more$/m,
    );
  });
});

describe("a job that has not succeeded says so in words, and what to do", () => {
  test.each([
    {
      snapshot: ended("failed", { message: "The <file> is empty" }),
      words: ["*It failed.* The &lt;file&gt; is empty", "Change what you asked for"],
    },
    {
      snapshot: ended("dead", { message: "The model is busy" }),
      words: ["*It failed once, and is not tried again.* The model is busy", "in a while"],
    },
    {
      snapshot: { ...ended("dead"), attempt: 4 },
      words: ["*It failed 4 times, and is not tried again.*"],
    },
    {
      snapshot: ended("timed_out", { message: "120 s were not enough" }),
      words: ["*It took too long, and was stopped.* 120 s were not enough", "Ask for less"],
    },
    {
      snapshot: ended("cancelled", { message: "By steve" }),
      words: ["*It was cancelled.* By steve"],
    },
    { snapshot: { ...ended("failed"), error: null }, words: ["*It failed.* Change what"] },
  ])("$snapshot.status: $words", ({ snapshot, words }) => {
    const said = wordsOf(endOf(snapshot).blocks);

    for (const word of words) expect(said).toContain(word);
    expect(said).toContain(JOB_LINE);
  });

  test("in one message, however much the plugin says of it", () => {
    const { pages, isWhole } = pagesOf(ended("failed", { message: "no ".repeat(5000) }));

    expect({ pages: pages.length, isWhole }).toEqual({ pages: 1, isWhole: true });
  });
});

describe("a long answer", () => {
  test("of 15,000 characters takes two messages, and is whole in them", () => {
    const text = `${"A line of an answer, with an & in it.\n".repeat(375)}`;
    const { pages, isWhole } = pagesOf(succeeded(text));

    expect({ pages: pages.length, isWhole }).toEqual({ pages: 2, isWhole: true });
    expect(pages.flat().join("")).toBe(text.replaceAll("&", "&amp;"));
  });

  test("is cut after the third message, with the way to the whole", () => {
    const snapshot = succeeded("word ".repeat(10_000));
    const { pages, isWhole } = pagesOf(snapshot);

    const said = endMessage(snapshot, pages[2] ?? [], { rest: "cut", isLast: true });

    expect({ pages: pages.length, isWhole }).toEqual({ pages: 3, isWhole: false });
    expect(wordsOf(said.blocks)).toContain(
      "It is cut here: the whole answer is at `GET http://gateway.test/jobs/job-1/result`",
    );
  });

  test("is as long as it was in its file", () => {
    const text = "word ".repeat(100_000);

    expect(answerFile(succeeded(text))).toEqual({
      name: "answer.md",
      contentType: "text/markdown",
      text,
    });
    expect(answerFile(succeeded(null, { a: 1 }))).toEqual({
      name: "answer.json",
      contentType: "application/json",
      text: '{\n  "a": 1\n}',
    });
    expect(answerFile(succeeded(null))).toBe(null);
  });

  test("says which job it was in its last message only", () => {
    const snapshot = withArtifacts(succeeded("word ".repeat(3000)), [{ name: "a", bytes: 1 }]);
    const { pages } = pagesOf(snapshot);

    const said = endMessage(snapshot, pages[0] ?? [], { rest: "none", isLast: false });

    expect(said.blocks.every(({ type }) => type === "section")).toBe(true);
  });
});

const aPiece = fc.oneof(
  fc.constantFrom("```", "&", "<!channel>", "\n\n", " ", "🚀", "**bold**", "x".repeat(400)),
  fc.string({ maxLength: 30, unit: "grapheme" }),
);
const anAnswer = fc
  .array(aPiece, { minLength: 1, maxLength: 300 })
  .map((pieces) => pieces.join(""));

test("whatever is said keeps Slack's limits, and pings nobody", () => {
  const name = fc.stringMatching(/^[a-z]{1,100}$/);
  fc.assert(
    fc.property(anAnswer, fc.array(name, { maxLength: 50 }), fc.boolean(), (text, names, isCut) => {
      const files = names.map((each) => ({ name: each, bytes: 5 }));
      const snapshot = withArtifacts(succeeded(text), files);
      const { pages } = pagesOf(snapshot);

      expect(pages.length).toBeGreaterThan(0);
      expect(pages.length).toBeLessThanOrEqual(3);
      for (const page of pages) {
        const said = endMessage(snapshot, page, { rest: isCut ? "cut" : "none", isLast: true });
        expect(lengthOf(said.text) + wordsOf(said.blocks).length).toBeLessThanOrEqual(
          LIMITS.messageLength,
        );
        expect(said.blocks.length).toBeLessThanOrEqual(LIMITS.blocks);
        expect(wordsOf(said.blocks)).not.toMatch(/[<>]/);
        expect(said.text).not.toMatch(/[<>]/);
        for (const words of page) {
          expect(words.trim()).not.toBe("");
          expect(words.length).toBeLessThanOrEqual(LIMITS.sectionLength);
        }
      }
    }),
  );
});

describe("how far a job is", () => {
  test.each([
    { progress: { percent: 40, message: "Reading <a>" }, words: "Reading &lt;a&gt; (40 %)" },
    { progress: { percent: 33.3, message: "Reading" }, words: "Reading (33 %)" },
    { progress: { percent: null, message: "Reading" }, words: "Reading" },
  ])("is said: $words", ({ progress, words }) => {
    expect(wordsOf(progressMessage(running(progress))?.blocks ?? [])).toBe(`${words}\n${JOB_LINE}`);
  });

  test.each([null, { percent: 40, message: null }, { percent: 40, message: " " }])(
    "is not said where it says nothing: %j",
    (progress) => {
      expect(progressMessage(running(progress))).toBe(null);
    },
  );
});

test("a job that takes too long says where its answer will be", () => {
  expect(wordsOf(lateMessage(running()).blocks)).toContain(
    "Get its answer when it is done: `GET http://gateway.test/jobs/job-1/result`",
  );
});
