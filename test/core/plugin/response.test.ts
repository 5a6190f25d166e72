import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../../src/core/plugin/outcome.ts";
import {
  EXCERPT_BYTES_MAX,
  LOG_BYTES_MAX,
  RESPONSE_BYTES_MAX,
  readResponse,
} from "../../../src/core/plugin/response.ts";
import { utf8Length } from "../../../src/lang/text.ts";

const answer = (fields: object) => readResponse(JSON.stringify({ protocol: 1, ...fields }));

describe("an answer that is ok", () => {
  test.each([
    { given: { text: "a" }, result: { text: "a", output: null } },
    { given: { output: [1] }, result: { text: null, output: [1] } },
    { given: { text: null, output: 0 }, result: { text: null, output: 0 } },
    {
      given: { text: "a", output: {}, events: [], artifacts: [] },
      result: { text: "a", output: {} },
    },
    { given: { text: "a", accepted: false, wait: null }, result: { text: "a", output: null } },
  ])("keeps its text and output: $given", ({ given, result }) => {
    expect(answer({ status: "ok", ...given })).toEqual({
      kind: "success",
      result,
      stateUpdates: null,
      artifacts: [],
      logs: [],
    });
  });

  test("keeps its logs", () => {
    const logs = [{ level: "info", message: "fetched", extra: 1 }];

    expect(answer({ status: "ok", text: "a", logs })).toMatchObject({
      logs: [{ level: "info", message: "fetched" }],
    });
  });

  test("keeps logs up to 64 KiB and says how many lines it left out", () => {
    const line = { level: "info", message: "x".repeat(30_000) };

    const outcome = answer({ status: "ok", text: "a", logs: [line, line, line, line] });

    expect(outcome.logs.slice(0, 2)).toEqual([line, line]);
    expect(outcome.logs.slice(2)).toEqual([
      { level: "warn", message: `2 log lines left out: an attempt keeps ${LOG_BYTES_MAX} bytes` },
    ]);
  });

  test("keeps no endless list of lines without words", () => {
    const logs = Array.from({ length: 30_000 }, () => ({ level: "", message: "" }));

    const outcome = answer({ status: "ok", text: "a", logs });

    expect(utf8Length(JSON.stringify(outcome.logs.slice(0, -1)))).toBeLessThan(LOG_BYTES_MAX + 2);
    expect(outcome.logs.at(-1)?.message).toMatch(/^\d+ log lines left out/);
  });

  test.each([
    {
      what: "no list",
      logs: "hello",
      kept: [],
      why: "The answer's logs were left out: they must be an array",
    },
    {
      what: "lines that are none",
      logs: [
        7,
        { level: "info", message: "kept" },
        { level: "info" },
        { level: 7, message: "x" },
        null,
      ],
      kept: [{ level: "info", message: "kept" }],
      why: "4 log lines left out: each must have level and message",
    },
  ])("keeps its work when its logs have $what", ({ logs, kept, why }) => {
    expect(answer({ status: "ok", text: "a", logs })).toEqual({
      kind: "success",
      result: { text: "a", output: null },
      stateUpdates: null,
      artifacts: [],
      logs: [...kept, { level: "warn", message: why }],
    });
  });

  test.each([
    { given: { state_updates: { a: 1 } }, stateUpdates: { updates: { a: 1 }, replace: false } },
    {
      given: { state_updates: { a: 1 }, state_replace: true },
      stateUpdates: { updates: { a: 1 }, replace: true },
    },
    { given: { state_replace: true }, stateUpdates: { updates: {}, replace: true } },
    {
      given: { state_updates: {}, state_replace: true },
      stateUpdates: { updates: {}, replace: true },
    },
    { given: { state_updates: {} }, stateUpdates: null },
    { given: { state_updates: null, state_replace: false }, stateUpdates: null },
  ])("keeps what it changes of the state: $given", ({ given, stateUpdates }) => {
    expect(answer({ status: "ok", text: "a", ...given })).toMatchObject({ stateUpdates });
  });

  test.each([
    { given: { state_updates: [1] }, message: "The answer's state_updates must be an object" },
    {
      given: { state_updates: {}, state_replace: 1 },
      message: "The answer's state_replace must be true or false",
    },
  ])("breaks the protocol with $given", ({ given, message }) => {
    expect(answer({ status: "ok", text: "a", ...given })).toMatchObject({
      kind: "failure",
      reason: "protocol_fault",
      message,
    });
  });

  test("may be a promise of a result", () => {
    expect(
      answer({
        status: "ok",
        accepted: true,
        artifacts: [],
        logs: [{ level: "info", message: "a" }],
      }),
    ).toEqual({ kind: "accepted", logs: [{ level: "info", message: "a" }] });
  });

  test.each([
    { given: { accepted: 1 }, message: "The answer's accepted must be true or false" },
    {
      given: { accepted: true, output: 0 },
      message: "The answer has both accepted and output: output comes when it is completed",
    },
    {
      given: { accepted: true, state_updates: {} },
      message:
        "The answer has both accepted and state_updates: state_updates comes when it is completed",
    },
    {
      given: { accepted: true, output: false },
      message: "The answer has both accepted and output: output comes when it is completed",
    },
    {
      given: { accepted: true, artifacts: [{ name: "a.txt", content: "a" }] },
      message: "The answer has both accepted and artifacts: artifacts comes when it is completed",
    },
  ])("is no promise with $given", ({ given, message }) => {
    expect(answer({ status: "ok", ...given })).toMatchObject({
      kind: "failure",
      reason: "protocol_fault",
      message,
    });
  });

  test("breaks the protocol when it gets too long with its numbers written out", () => {
    const numbers = `[${"1e20,".repeat(60_000)}1]`;
    const text = `{"protocol":1,"status":"ok","output":${numbers}}`;
    expect(utf8Length(text)).toBeLessThan(RESPONSE_BYTES_MAX);

    expect(readResponse(text)).toMatchObject({
      kind: "failure",
      reason: "protocol_fault",
      message: expect.stringContaining("with its numbers written out"),
    });
    expect(readResponse(text.replaceAll("1e20", "1111"))).toMatchObject({ kind: "success" });
  });

  test.each(["1e400", "-1e400", '{"deep":[1e999]}'])(
    "breaks the protocol with a number that nobody can write: %s",
    (number) => {
      const text = `{"protocol":1,"status":"ok","output":${number}}`;

      expect(readResponse(text)).toMatchObject({
        reason: "protocol_fault",
        message: expect.stringContaining("The answer has a number beyond"),
      });
    },
  );

  test("is refused for good when it needs 'events', rather than lose them", () => {
    expect(answer({ status: "ok", text: "a", events: [{ type: "a.b" }] })).toMatchObject({
      code: "not_supported_yet",
      message: "The plugin answered with 'events', which this version cannot take yet",
      retryable: false,
    });
  });
});

describe("an answer that is an error", () => {
  test.each([
    {
      what: "is retried by default",
      given: { error: { code: "busy", message: "Later" } },
      expected: { reason: "plugin_error", code: "busy", message: "Later", retryable: true },
    },
    {
      what: "is not retried when it says so",
      given: { error: { code: "no_such_page", message: "404" }, retry: false },
      expected: { reason: "retry_false", code: "no_such_page", retryable: false },
    },
    {
      what: "of configuration is never retried",
      given: { error: { code: "EX_CONFIG", message: "No key" }, retry: true },
      expected: { reason: "ex_config", retryable: false },
    },
    {
      what: "may ask for a rest",
      given: { error: { code: "EX_TEMPFAIL" }, retry_after_ms: 1500 },
      expected: { reason: "plugin_error", retryable: true, retryAfterMs: 1500 },
    },
    {
      what: "may be silent",
      given: { error: { code: "", message: 7 } },
      expected: {
        code: "plugin_error",
        message: "The plugin reported an error without a message",
        retryAfterMs: null,
      },
    },
    { what: "may have no error object", given: {}, expected: { code: "plugin_error" } },
    {
      what: "may have none, in other words",
      given: { error: null },
      expected: { code: "plugin_error" },
    },
    {
      what: "rests at most a day, and says so",
      given: { retry_after_ms: 86_400_001, logs: [{ level: "info", message: "a" }] },
      expected: {
        retryAfterMs: 86_400_000,
        logs: [
          { level: "info", message: "a" },
          { level: "warn", message: "retry_after_ms is 86400001: the longest rest is 86400000" },
        ],
      },
    },
    {
      what: "rests a day without a word",
      given: { retry_after_ms: 86_400_000 },
      expected: { retryAfterMs: 86_400_000, logs: [] },
    },
  ])("$what", ({ given, expected }) => {
    expect(answer({ status: "error", ...given })).toMatchObject({ kind: "failure", ...expected });
  });

  test("keeps 200 characters of its code and 4 KiB of its message", () => {
    const error = { code: "c".repeat(5000), message: "é".repeat(5000) };

    const { code, message } = answer({ status: "error", error }) as Failure;

    expect(code).toHaveLength(200);
    expect(utf8Length(message)).toBe(4096);
  });
});

describe("an answer that breaks the protocol", () => {
  test.each([
    { given: "this is not JSON", message: "The answer is not a JSON object" },
    { given: "null", message: "The answer is not a JSON object" },
    { given: "[]", message: "The answer is not a JSON object" },
    {
      given: '{"status":"ok","text":"a"}',
      message: "The answer does not name its protocol: expected 1",
    },
    {
      given: '{"protocol":1,"text":"a"}',
      message: 'The answer\'s status must be "ok" or "error": found nothing',
    },
    {
      given: '{"protocol":1,"status":"OK","text":"a"}',
      message: 'The answer\'s status must be "ok" or "error": found "OK"',
    },
    {
      given: '{"protocol":1,"status":"ok"}',
      message: "The answer is ok but has neither text nor output",
    },
    {
      given: '{"protocol":1,"status":"ok","text":null,"output":null}',
      message: "The answer is ok but has neither text nor output",
    },
    {
      given: '{"protocol":1,"status":"ok","text":["a"]}',
      message: "The answer's text must be a string",
    },
    {
      given: '{"protocol":1,"status":"error","error":"boom"}',
      message: "The answer's error must be an object",
    },
    {
      given: '{"protocol":1,"status":"error","retry":"no"}',
      message: "The answer's retry must be true or false",
    },
    {
      given: '{"protocol":1,"status":"error","retry_after_ms":-1}',
      message: "The answer's retry_after_ms must be a number from 0",
    },
    {
      given: '{"protocol":1,"status":"error","retry_after_ms":"soon"}',
      message: "The answer's retry_after_ms must be a number from 0",
    },
    {
      given: `{"protocol":1,"status":"ok","output":${"[".repeat(64)}${"]".repeat(64)}}`,
      message: "Cannot take an answer nested deeper than 64 levels",
    },
  ])("is retried, and its beginning kept: $given", ({ given, message }) => {
    expect(readResponse(given)).toEqual({
      kind: "failure",
      reason: "protocol_fault",
      code: "protocol_fault",
      message,
      retryable: true,
      retryAfterMs: null,
      logs: [],
      excerpt: given,
    });
  });

  test("is not retried when it speaks another protocol", () => {
    expect(readResponse('{"protocol":2,"status":"ok","text":"a"}')).toMatchObject({
      reason: "protocol_fault",
      message: "The plugin speaks another protocol: expected 1, found 2",
      retryable: false,
    });
  });

  test.each([
    { what: "its error is no object", fields: { retry: false, error: "boom" } },
    { what: "its rest is no number", fields: { retry: false, retry_after_ms: "soon" } },
    { what: "it speaks of configuration", fields: { retry: 7, error: { code: "EX_CONFIG" } } },
  ])("is not retried when it says that this is useless, also where $what", ({ fields }) => {
    const logs = [{ level: "info", message: "a" }];

    expect(answer({ status: "error", logs, ...fields })).toMatchObject({
      reason: "protocol_fault",
      retryable: false,
      logs,
    });
  });

  test("is cut for the reader when it is larger than 1 MiB", () => {
    const text = JSON.stringify({ protocol: 1, status: "ok", text: "é".repeat(600_000) });

    const outcome = readResponse(text) as Failure;

    expect(outcome.message).toBe(
      `Cannot take an answer of ${utf8Length(text)} bytes: the limit is ${RESPONSE_BYTES_MAX} bytes`,
    );
    expect(utf8Length(outcome.excerpt ?? "")).toBe(EXCERPT_BYTES_MAX);
  });
});

test("whatever a plugin answers, the attempt ends in a recorded way", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc
      .record(
        {
          protocol: fc.constantFrom(1, 1, 1, 2, "1"),
          status: fc.constantFrom("ok", "error", "OK"),
          text: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
          output: fc.jsonValue(),
          error: fc.jsonValue(),
          retry: fc.oneof(fc.boolean(), fc.jsonValue()),
          retry_after_ms: fc.oneof(fc.double(), fc.jsonValue()),
          logs: fc.oneof(
            fc.array(fc.record({ level: fc.string(), message: fc.string() })),
            fc.jsonValue(),
          ),
          wait: fc.oneof(
            fc.record({ for: fc.constant("input"), view: fc.jsonValue(), schema: fc.jsonValue() }),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );

  fc.assert(
    fc.property(anything, (text) => {
      const outcome = readResponse(text);
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
      expect(["success", "asked", "failure"]).toContain(outcome.kind);
    }),
  );
});
