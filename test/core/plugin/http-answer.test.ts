import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HttpAnswer, readHttpAnswer } from "../../../src/core/plugin/http-answer.ts";
import { EXCERPT_BYTES_MAX } from "../../../src/core/plugin/response.ts";
import { T0 } from "../../support/a-job.ts";

function answer(status: number, body: unknown = "", over: Partial<HttpAnswer> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readHttpAnswer(
    { status, retryAfter: null, body: { kind: "readable", text }, ...over },
    T0,
  );
}

const BUSY = { protocol: 1, status: "error", error: { code: "busy", message: "Later" } };

describe("readHttpAnswer", () => {
  test("takes the answer of a success", () => {
    expect(answer(200, { protocol: 1, status: "ok", text: "a" })).toEqual({
      kind: "success",
      result: { text: "a", output: null },
      stateUpdates: null,
      artifacts: [],
      logs: [],
    });
  });

  test("takes an error that comes with 200 for what it says", () => {
    expect(answer(200, { ...BUSY, retry_after_ms: 5 })).toMatchObject({
      code: "busy",
      retryable: true,
      retryAfterMs: 5,
    });
  });

  test("calls a success without a body a protocol fault", () => {
    expect(answer(204)).toMatchObject({ reason: "protocol_fault", retryable: true });
  });

  test.each([
    { kind: "too_large", message: "Cannot take an answer of more than 1048576 bytes" },
    { kind: "not_utf8", message: "The answer is not UTF-8" },
  ] as const)("calls a success whose body is $kind a protocol fault", ({ kind, message }) => {
    const text = "x".repeat(EXCERPT_BYTES_MAX + 1);

    expect(answer(200, "", { body: { kind, text } })).toMatchObject({
      reason: "protocol_fault",
      message,
      retryable: true,
      excerpt: "x".repeat(EXCERPT_BYTES_MAX),
    });
  });

  test.each([
    { status: 301, retryable: true, says: ": redirects are not followed" },
    { status: 307, retryable: true, says: ": redirects are not followed" },
    { status: 400, retryable: false, says: "" },
    { status: 404, retryable: false, says: "" },
    { status: 408, retryable: false, says: "" },
    { status: 410, retryable: false, says: "" },
    { status: 429, retryable: true, says: "" },
    { status: 499, retryable: false, says: "" },
    { status: 500, retryable: true, says: "" },
    { status: 502, retryable: true, says: "" },
    { status: 503, retryable: true, says: "" },
    { status: 599, retryable: true, says: "" },
  ])("a $status may be tried again: $retryable", ({ status, retryable, says }) => {
    expect(answer(status)).toEqual({
      kind: "failure",
      reason: "plugin_error",
      code: `http_${status}`,
      message: `The plugin answered with HTTP ${status}${says}`,
      retryable,
      retryAfterMs: null,
      logs: [],
      excerpt: null,
    });
  });

  test("keeps the beginning of a page that comes with an error", () => {
    expect(answer(502, "<h1>Bad gateway</h1>")).toMatchObject({
      code: "http_502",
      excerpt: "<h1>Bad gateway</h1>",
    });
    expect(answer(404, "", { body: { kind: "too_large", text: "<h1>" } })).toMatchObject({
      code: "http_404",
      retryable: false,
      excerpt: "<h1>",
    });
  });

  test.each([
    { status: 429, retryAfter: "2", retryAfterMs: 2000, logs: 0 },
    { status: 503, retryAfter: "Fri, 15 Jan 2027 08:01:00 GMT", retryAfterMs: 60_000, logs: 0 },
    { status: 503, retryAfter: "soon", retryAfterMs: null, logs: 1 },
    { status: 429, retryAfter: "1000000000", retryAfterMs: 86_400_000, logs: 1 },
    { status: 500, retryAfter: "2", retryAfterMs: null, logs: 0 },
  ])("a $status with Retry-After $retryAfter rests $retryAfterMs ms", (row) => {
    const outcome = answer(row.status, "", { retryAfter: row.retryAfter });

    expect(outcome).toMatchObject({ retryAfterMs: row.retryAfterMs });
    expect(outcome.logs).toHaveLength(row.logs);
  });

  describe("an error status whose body is an answer of the protocol", () => {
    test.each([500, 503, 429])("keeps the plugin's own words: %i", (status) => {
      expect(answer(status, BUSY)).toMatchObject({
        reason: "plugin_error",
        code: "busy",
        message: "Later",
        retryable: true,
        excerpt: null,
      });
    });

    test("rests as the body asks, else as the header asks", () => {
      const retryAfter = "2";

      expect(answer(503, { ...BUSY, retry_after_ms: 50 }, { retryAfter })).toMatchObject({
        retryAfterMs: 50,
      });
      expect(answer(503, BUSY, { retryAfter })).toMatchObject({ retryAfterMs: 2000 });
    });

    test("keeps its logs, and what there is to say of the header", () => {
      const logs = [{ level: "info", message: "hello" }];

      expect(answer(503, { ...BUSY, logs }, { retryAfter: "soon" }).logs).toEqual([
        ...logs,
        { level: "warn", message: expect.stringContaining("Retry-After was ignored") },
      ]);
    });

    test.each([
      { status: 500, body: { ...BUSY, retry: false }, reason: "retry_false", retryable: false },
      {
        status: 503,
        body: { ...BUSY, error: { code: "EX_CONFIG" } },
        reason: "ex_config",
        retryable: false,
      },
      { status: 400, body: BUSY, reason: "plugin_error", retryable: false },
      { status: 400, body: { ...BUSY, retry: true }, reason: "plugin_error", retryable: false },
    ])("$status with $reason may be tried again: $retryable", ({ status, body, ...wanted }) => {
      expect(answer(status, body)).toMatchObject(wanted);
    });

    test.each([
      { what: "retry is no boolean", body: { ...BUSY, retry: "no" }, retryable: true },
      {
        what: "retry is false beside a broken part",
        body: { ...BUSY, retry: false, error: 7 },
        retryable: false,
      },
      { what: "it is of another protocol", body: { ...BUSY, protocol: 2 }, retryable: false },
    ])("is as good as none when $what", ({ body, retryable }) => {
      expect(answer(500, body)).toMatchObject({ code: "http_500", retryable });
    });

    test.each([
      { what: "a success", body: { protocol: 1, status: "ok", text: "fine" } },
      { what: "a list", body: [BUSY] },
      { what: "no JSON", body: "{" },
    ])("is not one when it is $what", ({ body }) => {
      expect(answer(500, body)).toMatchObject({ code: "http_500", retryable: true });
    });
  });

  test("comes to an outcome whatever is answered", () => {
    const anAnswer = fc.record({
      status: fc.integer({ min: 200, max: 599 }),
      retryAfter: fc.option(fc.string()),
      body: fc.record({
        kind: fc.constantFrom("readable", "too_large", "not_utf8"),
        text: fc.oneof(fc.string(), fc.json()),
      }),
    });

    fc.assert(
      fc.property(anAnswer, (given) => {
        const outcome = readHttpAnswer(given as HttpAnswer, T0);
        const isSuccess = outcome.kind === "success";
        return !isSuccess || (given.status <= 299 && given.body.kind === "readable");
      }),
    );
  });
});
