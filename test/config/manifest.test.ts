import { describe, expect, test } from "vitest";
import { readManifest } from "../../src/config/manifest.ts";

const COMMAND = { type: "read", timing: "short" };
const manifest = (over: object = {}, command: object = COMMAND) => ({
  spec: "holdline.plugin",
  protocol: 1,
  name: "hello",
  version: "1.0.0",
  commands: { greet: command },
  ...over,
});

describe("readManifest", () => {
  test("fills in what a plugin leaves out", () => {
    expect(readManifest(manifest())).toEqual({
      ok: true,
      value: {
        name: "hello",
        version: "1.0.0",
        description: "",
        concurrency: null,
        configKeys: { required: [], optional: [] },
        commands: {
          greet: {
            description: "",
            type: "read",
            timing: "short",
            executionMode: "asynchronous",
            timeoutMs: 120_000,
            retry: null,
            dispatch: "direct",
            idempotent: false,
            state: false,
            input: null,
            output: null,
          },
        },
      },
    });
  });

  test("keeps what it says", () => {
    const input = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
    const command = {
      description: "Greets",
      type: "write",
      timing: "long",
      execution_mode: "synchronous",
      timeout_ms: 86_400_000,
      retry: { max_attempts: 2 },
      dispatch: "direct",
      idempotent: true,
      input,
      output: { type: "string" },
      state: true,
    };
    const config = { required: ["units"], optional: ["tone"] };

    const read = readManifest(manifest({ concurrency: 2, config_keys: config }, command));

    expect(read).toMatchObject({
      ok: true,
      value: {
        concurrency: 2,
        configKeys: config,
        commands: {
          greet: {
            state: true,
            timeoutMs: 86_400_000,
            retry: { maxAttempts: 2, baseMs: 30_000, maxMs: 3_600_000 },
            dispatch: "direct",
            input,
            output: { type: "string" },
          },
        },
      },
    });
  });

  test.each([
    { what: "another spec", value: manifest({ spec: "x" }), path: "spec" },
    { what: "another protocol", value: manifest({ protocol: 2 }), path: "protocol" },
    { what: "a name with capitals", value: manifest({ name: "Hello" }), path: "name" },
    { what: "a name with a slash", value: manifest({ name: "a/b" }), path: "name" },
    { what: "no version", value: manifest({ version: "" }), path: "version" },
    { what: "an unknown key", value: manifest({ versoin: "1" }), path: "versoin" },
    { what: "a lane without slots", value: manifest({ concurrency: 0 }), path: "concurrency" },
    { what: "a lane too wide", value: manifest({ concurrency: 1001 }), path: "concurrency" },
    {
      what: "a command name with a space",
      value: manifest({ commands: { "say hi": COMMAND } }),
      path: "commands.say hi",
    },
    {
      what: "an unknown key of a command",
      value: manifest({}, { ...COMMAND, timeout: 5 }),
      path: "commands.greet.timeout",
    },
    {
      what: "more time than a day",
      value: manifest({}, { ...COMMAND, timing: "long", timeout_ms: 86_400_001 }),
      path: "commands.greet.timeout_ms",
    },
    {
      what: "more time than the platform gives a call",
      value: manifest({}, { ...COMMAND, timeout_ms: 840_001 }),
      path: "commands.greet.timeout_ms",
    },
    {
      what: "21 attempts",
      value: manifest({}, { ...COMMAND, retry: { max_attempts: 21 } }),
      path: "commands.greet.retry.max_attempts",
    },
    {
      what: "a maximum below its base",
      value: manifest({}, { ...COMMAND, retry: { base_ms: 10, max_ms: 5 } }),
      path: "commands.greet.retry.max_ms",
    },
    {
      what: "an immediate command that queues",
      value: manifest({}, { ...COMMAND, timing: "immediate", dispatch: "queue" }),
      path: "commands.greet.dispatch",
    },
    {
      what: "an immediate command that is not",
      value: manifest({}, { ...COMMAND, timing: "immediate", timeout_ms: 10_001 }),
      path: "commands.greet.timeout_ms",
    },
    {
      what: "an immediate command with state",
      value: manifest({}, { ...COMMAND, timing: "immediate", state: true }),
      path: "commands.greet.state",
    },
    {
      what: "a payload that is no object",
      value: manifest({}, { ...COMMAND, input: { type: "string" } }),
      path: "commands.greet.input.type",
    },
    {
      what: "a schema with a mistake",
      value: manifest({}, { ...COMMAND, input: { properties: { a: { type: "strnig" } } } }),
      path: "commands.greet.input.properties.a.type",
    },
    { what: "nothing at all", value: null, path: "" },
  ])("refuses $what, and names the place", ({ value, path }) => {
    expect(readManifest(value)).toMatchObject({ ok: false, reason: [{ path }] });
  });

  test("names every fault, and asks what an unknown key was meant to be", () => {
    const faulty = manifest(
      { descripton: "x", name: 7 },
      { ...COMMAND, idempotant: true, type: "x" },
    );

    const read = readManifest(faulty);

    expect(read.ok ? [] : read.reason).toEqual([
      { path: "name", message: "Invalid input: expected string, received number" },
      {
        path: "commands.greet.type",
        message: 'Invalid option: expected one of "read"|"write"',
      },
      {
        path: "commands.greet.idempotant",
        message: 'Unknown key: did you mean "idempotent"?',
      },
      { path: "descripton", message: 'Unknown key: did you mean "description"?' },
    ]);
  });
});
