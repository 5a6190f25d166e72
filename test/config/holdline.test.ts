import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import { DEFAULT_BREAKER } from "../../src/core/plugin/plugin-settings.ts";
import { NO_SETTINGS, settingsOf } from "../../src/core/plugin/settings.ts";

/** One plugin's settings, one to a line. */
const lab = (...lines: readonly string[]) =>
  ["plugins:", "  lab:", ...lines.map((line) => `    ${line}`)].join("\n");

function faultsIn(text: string) {
  const read = readSettings(text);
  return read.ok ? [] : read.reason;
}

describe("readSettings", () => {
  test.each(["", "# nothing\n", "plugins:\n  # lab:\njobs:\n  # retention: 1d\n", "{}"])(
    "sets nothing where nothing is said: %j",
    (text) => {
      expect(readSettings(text)).toEqual({ ok: true, value: NO_SETTINGS });
    },
  );

  test("keeps all that is said", () => {
    const text = lab(
      "config: { units: metric, limits: [1, null], nested: { on: true } }",
      "concurrency: 4",
      "retry: { max_attempts: 2, base_ms: 10, max_ms: 20 }",
      "breaker: { threshold: 5, reset_ms: 60000, scope: all }",
      "retention: 90000",
      "max_duration: 10m",
      "transport: http",
      "url: https://plugins.example.com/lab//",
      "secret: LAB_SECRET",
    );

    expect(
      readSettings(`${text}\njobs: { retention: 7d, max_duration: 2h, default: text/summarize }\n`),
    ).toEqual({
      ok: true,
      value: {
        ...NO_SETTINGS,
        plugins: {
          lab: {
            config: { units: "metric", limits: [1, null], nested: { on: true } },
            concurrency: 4,
            retry: { maxAttempts: 2, baseMs: 10, maxMs: 20 },
            breaker: { threshold: 5, resetMs: 60_000, scope: "all" },
            retentionMs: 90_000,
            maxDurationMs: 600_000,
            transport: {
              kind: "http",
              url: "https://plugins.example.com/lab",
              secret: "LAB_SECRET",
            },
          },
        },
        jobs: {
          retentionMs: 604_800_000,
          maxDurationMs: 7_200_000,
          default: "text/summarize",
        },
      },
    });
  });

  test.each([
    { what: "a plugin with nothing", text: "plugins: { lab: }" },
    { what: "keys with nothing", text: lab("config:", "retry:", "breaker:", "secret:", "url: ~") },
    { what: "empty maps", text: lab("config: {}", "retry: {}", "breaker: {}") },
    { what: "the defaults by name", text: lab("transport: binding", "concurrency: null") },
    { what: "keys of keys with nothing", text: lab("retry: { base_ms: }", "breaker: { scope: }") },
  ])("gives $what the settings of a plugin that is not named", ({ text }) => {
    const read = readSettings(text);

    expect(read.ok && read.value.plugins["lab"]).toEqual(settingsOf(NO_SETTINGS, "lab"));
  });

  test("sets of a policy what is said, and leaves the rest", () => {
    const read = readSettings(lab("retry: { base_ms: 5 }", "breaker: { threshold: 1 }"));

    expect(read.ok && read.value.plugins["lab"]).toMatchObject({
      retry: { baseMs: 5 },
      breaker: { ...DEFAULT_BREAKER, threshold: 1 },
    });
  });

  test.each([
    { line: "concurrency: 0", message: "Too small: expected number to be >=1" },
    { line: "concurrency: 1001", message: "Too big: expected number to be <=1000" },
    { line: "concurrency: many", message: "Invalid input: expected number, received string" },
    { line: "config: [1]", message: "Must be a map of keys and values" },
    {
      line: "retention: 59s",
      message: "Must be from 1m to 365d",
    },
    { line: "retention: 366d", message: "Must be from 1m to 365d" },
    { line: "max_duration: 999", message: "Must be from 1s to 30d" },
    { line: "max_duration: 31d", message: "Must be from 1s to 30d" },
    {
      line: "retention: long",
      message: "Must be a length of time, such as 30d, 12h, 90m, 45s or 1500ms",
    },
    { line: "transport: pull", message: 'Invalid option: expected one of "binding"|"http"' },
    { line: "url: https://a.example", message: "Needs transport: http" },
    { line: "secret: LAB_SECRET", message: "Needs transport: http" },
    { line: "retry: 3", message: "Invalid input: expected object, received number" },
  ])("refuses $line", ({ line, message }) => {
    const path = `plugins.lab.${line.split(":")[0]}`;

    expect(faultsIn(lab(line))).toEqual([{ path, message, line: 3 }]);
  });

  test.each([
    { group: "retry", key: "max_attempts: 0" },
    { group: "retry", key: "max_attempts: 21" },
    { group: "retry", key: "max_attempts: 1.5" },
    { group: "retry", key: "base_ms: -1" },
    { group: "retry", key: "max_ms: 86400001" },
    { group: "breaker", key: "threshold: 0" },
    { group: "breaker", key: "threshold: 101" },
    { group: "breaker", key: "reset_ms: 999" },
    { group: "breaker", key: "reset_ms: 86400001" },
    { group: "breaker", key: "scope: some" },
  ])("refuses $key of a $group", ({ group, key }) => {
    const path = `plugins.lab.${group}.${key.split(":")[0]}`;

    expect(faultsIn(lab(`${group}:`, `  ${key}`))).toMatchObject([{ path, line: 4 }]);
  });

  test("takes every number up to its bound", () => {
    const text = lab(
      "concurrency: 1000",
      "retry: { max_attempts: 20, base_ms: 86400000, max_ms: 86400000 }",
      "breaker: { threshold: 100, reset_ms: 86400000 }",
      "retention: 365d",
      "max_duration: 30d",
    );
    const least = lab(
      "concurrency: 1",
      "retry: { max_attempts: 1, base_ms: 0, max_ms: 0 }",
      "breaker: { threshold: 1, reset_ms: 1000 }",
      "retention: 1m",
      "max_duration: 1s",
    );

    expect([text, least].flatMap(faultsIn)).toEqual([]);
  });

  test("names every fault at once with its line, and asks what a key was meant to be", () => {
    const text = `plugins:
  Lab: {}
  lab:
    concurency: 4
    concurrency: 0
    concurrency: 1
    retry: { max_atempts: 3, base_ms: 10, max_ms: 5 }
    breaker:
      treshold: 5
      scope: nowhere
    config: { far: .inf }
  retry:
    retry: { bace_ms: 1 }
jobs:
  retension: 1d
  wait_max: 300
  default: chat
schedules: {}
pipelines: []
plugin: {}
`;

    expect(faultsIn(text)).toEqual([
      { path: "plugins.Lab", message: "Must be lower-case words joined by dashes", line: 2 },
      {
        path: "plugins.lab.concurency",
        message: 'Unknown key: did you mean "concurrency"?',
        line: 4,
      },
      { path: "plugins.lab.concurrency", message: "Is there twice", line: 6 },
      {
        path: "plugins.lab.retry.max_atempts",
        message: 'Unknown key: did you mean "max_attempts"?',
        line: 7,
      },
      { path: "plugins.lab.retry.max_ms", message: "Must not be below base_ms", line: 7 },
      {
        path: "plugins.lab.breaker.treshold",
        message: 'Unknown key: did you mean "threshold"?',
        line: 9,
      },
      {
        path: "plugins.lab.breaker.scope",
        message: 'Invalid option: expected one of "schedule"|"all"',
        line: 10,
      },
      { path: "plugins.lab.config.far", message: "Must be a number that JSON has", line: 11 },
      {
        path: "plugins.retry.retry.bace_ms",
        message: 'Unknown key: did you mean "base_ms"?',
        line: 13,
      },
      { path: "jobs.retension", message: 'Unknown key: did you mean "retention"?', line: 15 },
      { path: "jobs.wait_max", message: "Is not supported yet", line: 16 },
      {
        path: "jobs.default",
        message: "Must be plugin/command, such as chat/complete",
        line: 17,
      },
      { path: "schedules", message: "Is not supported yet", line: 18 },
      { path: "pipelines", message: "Is not supported yet", line: 19 },
      { path: "plugin", message: 'Unknown key: did you mean "plugins"?', line: 20 },
    ]);
  });

  test.each(["pipelines", "schedules"])("says of %s that it is not supported yet", (key) => {
    expect(faultsIn(`${key}: { a: 1 }`)).toEqual([
      { path: key, message: "Is not supported yet", line: 1 },
    ]);
  });

  test.each(["[]", "text", "5", "- plugins"])("refuses what is no map: %s", (text) => {
    expect(faultsIn(text)).toEqual([
      { path: "", message: "Must be a map of keys, such as plugins and jobs", line: 1 },
    ]);
  });

  test("refuses a plugin that is no map, and goes on", () => {
    expect(faultsIn("plugins:\n  a: 5\n  b: [1]\n  c: { x: 1 }\njobs: yes")).toMatchObject([
      { path: "plugins.a", line: 2 },
      { path: "plugins.b", line: 3 },
      { path: "plugins.c.x", line: 4 },
      { path: "jobs", line: 5 },
    ]);
  });
});

describe("a plugin over http", () => {
  const http = (...lines: readonly string[]) => lab("transport: http", ...lines);

  test("needs a URL and the name of its secret, whatever else is wrong", () => {
    expect(faultsIn(http("concurrency: 0"))).toMatchObject([
      { path: "plugins.lab.url", message: "Is required for transport: http", line: 2 },
      { path: "plugins.lab.secret", message: "Is required for transport: http", line: 2 },
      { path: "plugins.lab.concurrency", line: 4 },
    ]);
  });

  test.each([
    ["https://a.example", "https://a.example"],
    ["https://a.example/", "https://a.example"],
    ["http://127.0.0.1:9000/x/", "http://127.0.0.1:9000/x"],
    ["HTTPS://a.example/x/y", "HTTPS://a.example/x/y"],
  ])("is reached at %s", (given, url) => {
    const read = readSettings(http(`url: ${given}`, "secret: S"));

    expect(read.ok && read.value.plugins["lab"]?.transport).toEqual({
      kind: "http",
      url,
      secret: "S",
    });
  });

  test.each([
    { url: "ftp://a.example", messages: ["Must be a URL that begins with https:// or http://"] },
    { url: "a.example", messages: ["Must be a URL that begins with https:// or http://"] },
    { url: "https://", messages: ["Must be a URL that begins with https:// or http://"] },
    { url: '"https://a b"', messages: ["Must be a URL that begins with https:// or http://"] },
    {
      url: "https://me:hush@a.example/?b=hush#c",
      messages: [
        "Must not hold a user or a password",
        "Must not have a query: /manifest and /invoke follow it",
        "Must not have a fragment",
      ],
    },
    {
      url: "https://a.example/x?",
      messages: ["Must not have a query: /manifest and /invoke follow it"],
    },
  ])("is not reached at $url", ({ url, messages }) => {
    const faults = faultsIn(http(`url: ${url}`, "secret: S"));

    expect(faults).toEqual(
      messages.map((message) => ({ path: "plugins.lab.url", message, line: 4 })),
    );
    expect(JSON.stringify(faults)).not.toContain("hush");
  });

  test.each(["lab_secret", "1SECRET", "s3cr3t", '""'])(
    "names its secret by a variable, not by %s",
    (secret) => {
      expect(faultsIn(http("url: https://a.example", `secret: ${secret}`))).toEqual([
        {
          path: "plugins.lab.secret",
          message: "Must be the name of a variable, such as LAB_SECRET",
          line: 5,
        },
      ]);
    },
  );

  test("hears once that the secret itself does not belong here", () => {
    const faults = faultsIn(http("url: https://a.example", "secret: whsec_MfKQ9r8"));

    expect(faults).toMatchObject([{ path: "plugins.lab.secret", line: 5 }]);
    expect(faults[0]?.message).toContain("put it into a variable");
    expect(JSON.stringify(faults)).not.toContain("MfKQ9r8");
  });
});

describe("the file that comes with Holdline", () => {
  const text = readFileSync("holdline.yaml", "utf8");

  test("is one that can be used", () => {
    expect(readSettings(text)).toMatchObject({ ok: true });
  });

  test("shows settings that can be used as they stand", () => {
    const read = readSettings(text.replaceAll(/^ {2}# /gm, "  "));

    expect(read).toMatchObject({
      ok: true,
      value: {
        plugins: { text: { concurrency: 4 }, research: { transport: { kind: "http" } } },
        jobs: { retentionMs: 2_592_000_000 },
      },
    });
  });
});
