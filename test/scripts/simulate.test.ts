import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { rightSince, undoneAfter, verdictOf } from "../../scripts/channels/judge.ts";
import type { Due } from "../../scripts/channels/kinds.ts";
import { numberedText } from "../../scripts/channels/texts.ts";
import { EXAMPLE } from "../../scripts/simulate/settings.ts";
import { momentLines } from "../../scripts/simulate/show.ts";
import { commandsIn, discordLine, slackLine } from "../../scripts/simulate/typed-line.ts";
import { Screen, type SeenMessage } from "../../scripts/simulators/screen.ts";

const folder = mkdtempSync(join(tmpdir(), "holdline-simulate-"));
const plain = join(folder, "plain.txt");
const trigger = join(folder, "trigger.json");
writeFileSync(plain, "a plain text");
writeFileSync(trigger, JSON.stringify({ payload: { text: "the text of a trigger" } }));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aMessage(message: Partial<SeenMessage>): SeenMessage {
  return {
    id: "1",
    by: "answer",
    text: "",
    isThinking: false,
    isEphemeral: false,
    files: [],
    buttons: [],
    pings: [],
    ...message,
  };
}

describe("a line that is typed into Discord", () => {
  const known = [
    ...commandsIn(EXAMPLE),
    { name: "add", options: ["a", "b"].map((name) => ({ name, type: "integer" })) },
  ];
  const typed = (line: string) => {
    const { name, options } = discordLine(line, known);
    return [name, ...options.map((option) => `${option.name}=${option.value}`)];
  };

  test.each([
    { line: "/ai summarize text: one: two", wanted: ["ai summarize", "text=one: two"] },
    { line: "/ai summarize one two", wanted: ["ai summarize", "text=one two"] },
    { line: "/work ms:8000", wanted: ["work", "ms=8000"] },
    { line: "/add a: 1 b: 2", wanted: ["add", "a=1", "b=2"] },
    { line: "/add b:2 a:1", wanted: ["add", "a=1", "b=2"] },
    { line: "/ask", wanted: ["ask"] },
    { line: `/echo text: @${plain}`, wanted: ["echo", "text=a plain text"] },
    { line: `/echo @${trigger}`, wanted: ["echo", "text=the text of a trigger"] },
  ])("$line", ({ line, wanted }) => {
    expect(typed(line)).toEqual(wanted);
  });

  test.each([
    { line: "/nothing", message: "There is no such command: /nothing" },
    { line: "/work ms: soon", message: "ms must be a number: soon" },
    { line: "/ask what", message: "/ask takes no options" },
  ])("says what is wrong with $line", ({ line, message }) => {
    expect(() => typed(line)).toThrow(message);
  });
});

describe("a line that is typed into Slack", () => {
  test("is a command, and a text that may be in a file", () => {
    expect([slackLine("/ai one two"), slackLine(`/ai @${trigger}`), slackLine("/ai")]).toEqual([
      { command: "/ai", text: "one two" },
      { command: "/ai", text: "the text of a trigger" },
      { command: "/ai", text: "" },
    ]);
  });
});

describe("what is printed of a moment", () => {
  const printed = (moment: Partial<Parameters<typeof momentLines>[0]>) =>
    momentLines({ at: 1140, what: "shown", text: "", message: null, ...moment }, 1000);

  test.each([
    { moment: { what: "typed", text: "/ai hello" }, lines: ["0.14 s   you       /ai hello"] },
    {
      moment: { message: aMessage({ isThinking: true }) },
      lines: ["0.14 s   –         Holdline is thinking…"],
    },
    {
      moment: { what: "edited", message: aMessage({ text: "one\ntwo", isEphemeral: true }) },
      lines: ["0.14 s   Holdline  (edited, only you see this) one", `${" ".repeat(19)}two`],
    },
    {
      moment: {
        message: aMessage({
          text: "Go on?",
          by: "bot",
          files: [{ name: "a.txt", contentType: "text/plain", bytes: new Uint8Array(12) }],
          buttons: ["Yes", "No"].map((label) => ({
            id: label,
            label,
            isDisabled: false,
            blockId: "",
            value: null,
          })),
        }),
      },
      lines: [
        "0.14 s   Holdline  (the bot, on its own) Go on?",
        `${" ".repeat(19)}file a.txt, 12 bytes`,
        `${" ".repeat(19)}[ Yes ] [ No ]`,
      ],
    },
  ] as const)("$lines", ({ moment, lines }) => {
    expect(printed(moment)).toEqual(lines);
  });
});

describe("what is due on a screen", () => {
  const text = numberedText("x", 20);
  const words: Due = { kind: "words", name: "x", text };
  const [head, tail] = [text.slice(0, 8), text.slice(8)];
  const file = { name: "a.md", contentType: "text/plain", bytes: new TextEncoder().encode(text) };

  test.each([
    { what: "nothing", messages: [], verdict: "missing" },
    { what: "another text", messages: [{ text: "Working…" }], verdict: "missing" },
    { what: "all of it", messages: [{ text: `Here: ${text}.` }], verdict: "right" },
    {
      what: "all of it in two parts",
      messages: [{ text: head }, { text: tail }],
      verdict: "right",
    },
    {
      what: "its parts in the wrong order",
      messages: [{ text: tail }, { text: head }],
      verdict: "wrong",
    },
    { what: "a part of it", messages: [{ text: head }], verdict: "wrong" },
    { what: "a part twice", messages: [{ text }, { text: tail }], verdict: "twice" },
    {
      what: "a file of it under its beginning",
      messages: [{ text: head, files: [file] }],
      verdict: "right",
    },
    { what: "two files of it", messages: [{ files: [file, file] }], verdict: "twice" },
  ])("$what is $verdict", ({ messages, verdict }) => {
    expect(verdictOf(words, messages.map(aMessage))).toBe(verdict);
  });

  test("letters of more than one byte have to be there as well", () => {
    const due: Due = { ...words, text: `héllo 🌍 ${text}` };

    const verdicts = [`h?llo ${text}`, `héllo 🌍 ${text}`].map((shown) =>
      verdictOf(due, [aMessage({ text: shown })]),
    );

    expect(verdicts).toEqual(["wrong", "right"]);
  });

  test.each([
    { what: "no file", files: [], verdict: "missing" },
    { what: "the file", files: [file], verdict: "right" },
    { what: "a shorter one", files: [{ ...file, bytes: new Uint8Array(1) }], verdict: "wrong" },
  ])("of a file: $what is $verdict", ({ files, verdict }) => {
    const due: Due = { kind: "file", name: "a.md", bytes: file.bytes.length };

    expect(verdictOf(due, [aMessage({ files })])).toBe(verdict);
  });

  test("is there from one instant on, and whatever takes it away again is seen", () => {
    const clock = { ms: 0 };
    const screen = new Screen(() => clock.ms);
    for (const said of ["Working…", text, "Working…"]) {
      clock.ms += 10;
      screen.show(aMessage({ text: said }));
    }

    expect(rightSince(words, screen.moments)).toBe(20);
    expect(undoneAfter(words, screen.moments).map(({ at }) => at)).toEqual([30]);
  });

  test("the same message once more is nothing to see", () => {
    const screen = new Screen(() => 0);
    screen.show(aMessage({ text }));

    screen.show(aMessage({ text }));

    expect(screen.moments).toHaveLength(1);
  });
});
