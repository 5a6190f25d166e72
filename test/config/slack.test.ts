import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import { NO_SETTINGS } from "../../src/core/plugin/settings.ts";

/** What is set for Slack, one line after the other. */
const slack = (...lines: readonly string[]) =>
  ["slack:", ...lines.map((line) => `  ${line}`)].join("\n");

function settingsIn(text: string) {
  const read = readSettings(text);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  return read.value.slack;
}

function faultsIn(text: string) {
  const read = readSettings(text);
  return read.ok ? [] : read.reason;
}

describe("what is set for Slack", () => {
  test.each([
    "slack:",
    "slack: {}",
    slack("commands:", "shortcuts:", "events:", "url_life:"),
    slack("commands: {}", "shortcuts: {}", "events: {}"),
  ])("is nothing where nothing is said: %j", (text) => {
    expect(settingsIn(text)).toEqual(NO_SETTINGS.slack);
  });

  test("is all that is said", () => {
    const text = slack(
      "commands:",
      '  /ai: { run: text/summarize, payload: { text: "{text}" }, response: in_channel, answers: anyone }',
      "shortcuts:",
      "  Sum it up: { run: text/summarize, response: ephemeral, answers: invoker }",
      "events:",
      "  app_mention: { run: chat/complete, payload: }",
      "url_life: 90s",
    );

    expect(settingsIn(text)).toEqual({
      commands: {
        "/ai": {
          run: { plugin: "text", command: "summarize", payload: { text: "{text}" } },
          response: "in_channel",
          answers: "anyone",
        },
      },
      shortcuts: {
        "Sum it up": {
          run: { plugin: "text", command: "summarize", payload: null },
          response: "ephemeral",
          answers: "invoker",
        },
      },
      events: {
        app_mention: {
          run: { plugin: "chat", command: "complete", payload: null },
          response: "ephemeral",
          answers: "invoker",
        },
      },
      urlLifeMs: 90_000,
    });
  });

  test.each(["/a", "/ai-2", "/ask_me", "/要約", `/${"a".repeat(31)}`])(
    "may be a command: %s",
    (name) => {
      expect(
        Object.keys(settingsIn(slack(`commands: { ${name}: { run: a/b } }`)).commands),
      ).toEqual([name]);
    },
  );

  test.each([
    { life: "10s", ms: 10_000 },
    { life: "30m", ms: 1_800_000 },
  ])("may let a response_url live for $life", ({ life, ms }) => {
    expect(settingsIn(slack(`url_life: ${life}`)).urlLifeMs).toBe(ms);
  });
});

const NAME_FAULT = "Must begin with / and be in lower case, at most 32 characters: /ai";

describe("what is set for Slack is refused", () => {
  test("all that is wrong at once, with path and line", () => {
    const text = `slack:
  comands: {}
  commands:
    ai: { run: text/summarize }
    /go: { run: digest, respons: in_channel, response: everyone }
    /to: { payload: [1], answers: nobody, run: text/ }
  shortcuts:
    sum: { run: 5 }
  events:
    App Mention: { run: chat/complete }
    message: true
  url_life: 31m
`;

    expect(faultsIn(text)).toEqual([
      { path: "slack.comands", message: 'Unknown key: did you mean "commands"?', line: 2 },
      { path: "slack.commands.ai", message: NAME_FAULT, line: 4 },
      {
        path: "slack.commands./go.run",
        message: "Must be plugin/command: pipelines cannot be started from here yet",
        line: 5,
      },
      expect.objectContaining({ path: "slack.commands./go.response", line: 5 }),
      {
        path: "slack.commands./go.respons",
        message: 'Unknown key: did you mean "response"?',
        line: 5,
      },
      {
        path: "slack.commands./to.run",
        message: "Must be plugin/command, such as chat/complete",
        line: 6,
      },
      {
        path: "slack.commands./to.payload",
        message: "Must be a map of keys and values",
        line: 6,
      },
      expect.objectContaining({ path: "slack.commands./to.answers", line: 6 }),
      expect.objectContaining({ path: "slack.shortcuts.sum.run", line: 8 }),
      {
        path: "slack.events.App Mention",
        message: "Must be the type of an event, such as app_mention",
        line: 10,
      },
      expect.objectContaining({ path: "slack.events.message", line: 11 }),
      { path: "slack.url_life", message: "Must be from 10s to 30m", line: 12 },
    ]);
  });

  test("a place in a payload that leads nowhere", () => {
    const text = slack('commands: { /ai: { run: a/b, payload: { text: "{txt}" } } }');

    expect(faultsIn(text)).toMatchObject([
      { path: "slack.commands./ai.payload", message: expect.stringContaining('mean "text"?') },
    ]);
  });

  test.each(["ai", "/AI", "/", "/a b", `/${"a".repeat(32)}`, "//a"])(
    "where a command has a name that Slack does not take: %j",
    (name) => {
      expect(faultsIn(slack("commands:", `  "${name}": { run: a/b }`))).toMatchObject([
        { message: NAME_FAULT, line: 3 },
      ]);
    },
  );

  test.each([
    { lines: ["commands: { /ai: {} }"], path: "slack.commands./ai.run" },
    { lines: ["commands: { /ai: }"], path: "slack.commands./ai" },
    { lines: ["shortcuts:", `  ${"x".repeat(256)}: { run: a/b }`], path: expect.any(String) },
    { lines: ["url_life: 9s"], path: "slack.url_life" },
  ])("$lines", ({ lines, path }) => {
    expect(faultsIn(slack(...lines)).map((fault) => fault.path)).toEqual([path]);
  });
});
