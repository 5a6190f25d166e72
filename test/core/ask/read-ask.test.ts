import { describe, expect, test } from "vitest";
import { ASK_BYTES_MAX, ASK_MS_DEFAULT, ASK_MS_MAX } from "../../../src/core/ask/ask.ts";
import { readAsked } from "../../../src/core/ask/read-ask.ts";
import { readResponse } from "../../../src/core/plugin/response.ts";
import type { JsonObject } from "../../../src/lang/json.ts";

const logs = [{ level: "info", message: "asks" }];

/** What becomes of an answer with this `wait`, and what stands beside it. */
const read = (wait: unknown, beside: object = {}) =>
  readAsked({ wait, ...beside } as JsonObject, logs);

const asking = (over: JsonObject = {}) => ({ for: "input", ...over });

describe("an answer that asks", () => {
  test.each([
    { given: {}, ask: {} },
    { given: { view: null, schema: null, timeout_ms: null, on_timeout: null }, ask: {} },
    { given: { view: { title: "Go on?" } }, ask: { view: { title: "Go on?" } } },
    { given: { timeout_ms: 0 }, ask: {} },
    { given: { timeout_ms: 1500.2 }, ask: { timeoutMs: 1501 } },
    { given: { timeout_ms: ASK_MS_MAX }, ask: { timeoutMs: ASK_MS_MAX } },
    { given: { on_timeout: "fail" }, ask: {} },
    {
      given: { on_timeout: "decline" },
      ask: { onTimeout: { kind: "resume", action: "decline", values: {} } },
    },
    {
      given: { on_timeout: { action: "accept", values: { ok: true } } },
      ask: { onTimeout: { kind: "resume", action: "accept", values: { ok: true } } },
    },
    {
      given: { on_timeout: { action: "cancel" } },
      ask: { onTimeout: { kind: "resume", action: "cancel", values: {} } },
    },
    { given: { schema: { type: "object" } }, ask: { schema: { type: "object" } } },
    {
      given: { schema: { type: ["null", "object"] } },
      ask: { schema: { type: ["null", "object"] } },
    },
    { given: { schema: { required: ["a"] } }, ask: { schema: { required: ["a"] } } },
  ])("may leave out what it does not mind: $given", ({ given, ask }) => {
    expect(read(asking(given as JsonObject))).toEqual({
      ok: true,
      value: {
        kind: "asked",
        ask: {
          view: {},
          schema: {},
          timeoutMs: ASK_MS_DEFAULT,
          onTimeout: { kind: "fail" },
          ...ask,
        },
        logs,
      },
    });
  });

  test("stays open for a day unless it says so, and for 30 days at most", () => {
    expect([ASK_MS_DEFAULT, ASK_MS_MAX]).toEqual([86_400_000, 2_592_000_000]);
  });

  test.each([
    { options: [{ id: "a" }, { id: "b", label: "B" }], ids: ["a", "b"] },
    { options: [{ id: 1 }, { id: 2 }], ids: [1, 2] },
  ])("by its options alone has a schema made from them: $options", ({ options, ids }) => {
    expect(read(asking({ view: { options } }))).toMatchObject({
      value: {
        ask: {
          schema: {
            type: "object",
            properties: { choice: { enum: ids } },
            required: ["choice"],
          },
        },
      },
    });
  });

  test.each([
    { options: [] },
    { options: "a or b" },
    { options: [{ id: "a" }, { label: "B" }] },
    { options: [{ id: "a" }, "b"] },
    { options: [{ id: "" }] },
    { options: [{ id: "1" }, { id: 1 }] },
  ])("has none made from options that cannot be told apart: $options", ({ options }) => {
    expect(read(asking({ view: { options } }))).toHaveProperty("value.ask.schema", {});
  });

  test.each([
    { wait: "input", reason: "The answer's wait must be an object" },
    { wait: { view: {} }, reason: 'The answer\'s wait.for must be "input"' },
    { wait: asking({ view: [] }), reason: "The answer's wait.view must be an object" },
    { wait: asking({ schema: true }), reason: "The answer's wait.schema must be an object" },
    {
      wait: asking({ schema: { properties: { a: { pattern: "(" } } } }),
      reason: "The answer's wait.schema.properties.a.pattern: Must be a regular expression",
    },
    {
      wait: asking({ schema: { type: "string" } }),
      reason:
        'The answer\'s wait.schema.type: Must be "object": the values of an answer always are one',
    },
    {
      wait: asking({ schema: { type: ["string", "null"] } }),
      reason:
        'The answer\'s wait.schema.type: Must be "object": the values of an answer always are one',
    },
    {
      wait: asking({ timeout_ms: "1 h" }),
      reason: "The answer's wait.timeout_ms must be a number from 0",
    },
    {
      wait: asking({ timeout_ms: -1 }),
      reason: "The answer's wait.timeout_ms must be a number from 0",
    },
    {
      wait: asking({ timeout_ms: ASK_MS_MAX + 1 }),
      reason: `The answer's wait.timeout_ms is 2592000001: at most ${ASK_MS_MAX}`,
    },
    ...["retry", 7, {}, { action: "fail" }].map((given) => ({
      wait: asking({ on_timeout: given as JsonObject }),
      reason:
        'The answer\'s wait.on_timeout must be "fail", "accept", "decline", "cancel", or an object with such an action and values',
    })),
    {
      wait: asking({ on_timeout: { action: "accept", values: [] } }),
      reason: "The answer's wait.on_timeout.values must be an object",
    },
  ])("breaks the protocol: $reason", ({ wait, reason }) => {
    expect(read(wait)).toEqual({ ok: false, reason });
  });

  test("may have as much to show as a job can carry, to the byte", () => {
    const bytesOf = (text: string) => read(asking({ view: { text } }));
    const around = JSON.stringify({
      view: { text: "" },
      schema: {},
      timeoutMs: ASK_MS_DEFAULT,
      onTimeout: { kind: "fail" },
    }).length;
    const most = ASK_BYTES_MAX - around;

    expect(bytesOf("x".repeat(most))).toMatchObject({ ok: true });
    expect(bytesOf("x".repeat(most + 1))).toEqual({
      ok: false,
      reason: `The answer's wait has ${ASK_BYTES_MAX + 1} bytes of view, schema and values: at most ${ASK_BYTES_MAX}`,
    });
  });

  test.each([
    { text: "a" },
    { text: "" },
    { output: {} },
    { accepted: true },
    { state_updates: { a: 1 } },
    { state_replace: true },
    { artifacts: [{ name: "a.txt", content: "a" }] },
  ])("has no result beside it: %o", (beside) => {
    expect(read(asking(), beside)).toEqual({
      ok: false,
      reason: `The answer has both wait and ${Object.keys(beside)[0]}: the job goes on once somebody has answered`,
    });
  });

  test("may have beside it what says nothing", () => {
    const nothing = {
      text: null,
      output: null,
      accepted: false,
      state_updates: {},
      state_replace: false,
      artifacts: [],
    };

    expect(read(asking(), nothing)).toMatchObject({ ok: true, value: { kind: "asked" } });
  });

  test.each(["event", "timer", "callback"])("waits for nothing but input yet: %s", (cause) => {
    expect(read({ for: cause })).toMatchObject({
      ok: true,
      value: {
        kind: "failure",
        code: "not_supported_yet",
        message: `The plugin waits for '${cause}', which this version cannot do yet`,
        retryable: false,
        logs,
      },
    });
  });
});

describe("the whole answer", () => {
  const answer = (wait: unknown) =>
    readResponse(JSON.stringify({ protocol: 1, status: "ok", wait }));

  test("that asks is no failure", () => {
    expect(answer({ for: "input" })).toMatchObject({ kind: "asked", logs: [] });
  });

  test("that asks in a way that breaks the protocol is kept for the reader", () => {
    expect(answer({ for: "input", view: 7 })).toMatchObject({
      kind: "failure",
      reason: "protocol_fault",
      retryable: true,
      excerpt: expect.stringContaining('"view":7'),
    });
  });

  test.each([null, false, {}])("with a wait that is nothing has neither: %o", (wait) => {
    expect(answer(wait)).toMatchObject({
      message: "The answer is ok but has neither text nor output",
    });
  });
});
