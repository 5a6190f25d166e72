import { describe, expect, test } from "vitest";
import { finished, useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin" });

/** Whether a caller was made to wait: the job below takes a moment, so 200 means held, 202 not. */
async function outcome(path: string, body: object, prefer?: string) {
  const headers = prefer === undefined ? {} : { prefer };
  const answer = await server.trigger(path, { payload: { ms: 30 }, ...body }, headers);
  return [answer.status, answer.headers.get("preference-applied")];
}

describe("who decides how long a caller waits", () => {
  test.each([
    { what: "nobody: asynchronous", path: "lab/sleep", body: {}, expected: [202, null] },
    { what: "the body", path: "lab/sleep", body: { wait: 5 }, expected: [200, null] },
    {
      what: "the body, with the default",
      path: "lab/sleep",
      body: { wait: true },
      expected: [200, null],
    },
    {
      what: "the body: no",
      path: "lab/sleep?wait=5",
      body: { wait: false },
      expected: [202, null],
    },
    {
      what: "the body: not at all",
      path: "lab/sleep?wait=5",
      body: { wait: 0 },
      expected: [202, null],
    },
    { what: "the query", path: "lab/sleep?wait=5", body: {}, expected: [200, null] },
    {
      what: "the query, with the default",
      path: "lab/sleep?wait=true",
      body: {},
      expected: [200, null],
    },
    { what: "the query: async", path: "lab/sleep?async=true", body: {}, expected: [202, null] },
    {
      what: "the query: not async",
      path: "lab/sleep?async=false",
      body: {},
      expected: [200, null],
    },
    {
      what: "the header",
      path: "lab/sleep",
      body: {},
      prefer: "wait=5",
      expected: [200, "wait=5"],
    },
    {
      what: "the header: async",
      path: "lab/sleep",
      body: {},
      prefer: "respond-async",
      expected: [202, "respond-async"],
    },
    {
      what: "the header: wait, then async",
      path: "lab/sleep",
      body: {},
      prefer: "respond-async, wait=5",
      expected: [200, "respond-async, wait=5"],
    },
    {
      what: "the query before the header",
      path: "lab/sleep?async=true",
      body: {},
      prefer: "wait=5",
      expected: [202, null],
    },
    {
      what: "the body before the query",
      path: "lab/sleep?async=true",
      body: { wait: 5 },
      expected: [200, null],
    },
    {
      what: "long work answers at once",
      path: "lab/render",
      body: { wait: true },
      expected: [202, null],
    },
    { what: "unless told how long", path: "lab/render", body: { wait: 20 }, expected: [200, null] },
  ])("$what", async ({ path, body, prefer, expected }) => {
    expect(await outcome(path, body, prefer)).toEqual(expected);
  });
});

describe("other options", () => {
  test("come by query as well, and the body wins", async () => {
    const answer = await server.trigger("lab/flaky?max_attempts=1&wait=20&timeout=7", {
      payload: { failures: 9, retry_after_ms: 1 },
      max_attempts: 2,
    });

    expect(answer).toMatchObject({ status: 502, body: { code: "job_dead", max_attempts: 2 } });
  });

  test("let whoever administers jobs ask for more attempts than the command's own", async () => {
    expect(await server.trigger("lab/echo", { max_attempts: 20 })).toMatchObject({
      status: 202,
      body: { max_attempts: 20 },
    });
  });

  test("that are texts stay texts in a query, whatever they look like", async () => {
    const answer = await server.trigger('lab/echo?tags=1&tags=a,b&metadata={"n":1}', {});
    const late = await server.trigger("lab/echo?dedupe_key=123&run_at=true", {});

    expect(answer).toMatchObject({
      status: 202,
      body: { tags: ["1", "a,b"], metadata: { n: 1 } },
    });
    expect(late.body["errors"]).toEqual([
      { path: "query.run_at", message: "Must be a time with its zone, as 2026-11-21T12:00:00Z" },
    ]);
  });

  test("as tags and metadata count from the body first", async () => {
    const answer = await server.trigger("lab/echo?tags=a&metadata={}", {
      tags: [],
      metadata: { n: 2 },
    });

    expect(answer).toMatchObject({ status: 202, body: { tags: [], metadata: { n: 2 } } });
  });

  test("an attempt's deadline is the timeout that was asked for", async () => {
    const answer = await server.trigger("lab/sleep", { payload: { ms: 300 }, timeout: 5 });

    const { deadline_at: deadline, started_at: started } = answer.body as Record<string, string>;
    expect(Date.parse(deadline ?? "") - Date.parse(started ?? "")).toBe(5000);
  });

  test("an empty body is an empty trigger", async () => {
    const answer = await server.call("/trigger/lab/echo?wait=true", { method: "POST" });

    expect(answer).toMatchObject({ status: 200, body: { result: { output: {} } } });
  });

  test("the alias /plugin is the same handler", async () => {
    const answer = await server.call("/plugin/lab/echo?wait=true", {
      method: "POST",
      body: '{"payload":{"text":"alias"}}',
    });

    expect(answer).toMatchObject({ status: 200, body: { result: { text: "alias" } } });
  });

  test("a final snapshot is the same for everybody, byte for byte", async () => {
    const { body } = await server.trigger("lab/echo", { payload: { text: "same" } });
    await finished(server, body["job_id"]);

    const texts = await Promise.all(
      Array.from({ length: 5 }, async () => (await server.get(`/jobs/${body["job_id"]}`)).text),
    );

    expect(new Set(texts).size).toBe(1);
  });
});

describe("what can be seen", () => {
  test("GET /plugins shows every command with its schema", async () => {
    const { status, body } = await server.get("/plugins");

    const plugins = body["plugins"] as { name: string; commands: Record<string, object> }[];
    expect(status).toBe(200);
    expect(plugins.map(({ name }) => name)).toEqual(["chat", "lab", "text"]);
    expect(plugins[1]?.commands["sleep"]).toEqual({
      description: "Answers after a while",
      type: "read",
      timing: "short",
      execution_mode: "asynchronous",
      timeout_ms: 120_000,
      retry: { max_attempts: 4, base_ms: 30_000, max_ms: 3_600_000 },
      dispatch: "direct",
      idempotent: true,
      state: false,
      input: {
        type: "object",
        properties: { ms: { type: "number", minimum: 0 }, text: { type: "string" } },
        required: ["ms"],
      },
      output: null,
      breaker: {
        state: "closed",
        failures: 0,
        threshold: 3,
        reset_ms: 1_800_000,
        scope: "schedule",
        opened_at: null,
        retry_at: null,
      },
    });
    expect(plugins[1]).toMatchObject({
      concurrency: null,
      commands: { remember: { state: true } },
    });
  });

  test("GET /healthz has exactly its five fields", async () => {
    const { status, body } = await server.get("/healthz");

    expect(status).toBe(200);
    expect(body).toEqual({
      status: "ok",
      uptime_seconds: expect.any(Number),
      queue_depth: 0,
      plugins_loaded: 3,
      plugins_circuit_open: 0,
    });
  });

  test("a problem's type is a page that says what to do", async () => {
    const { body } = await server.get("/jobs/x");

    const page = await fetch(String(body["type"]));

    expect(page.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await page.text()).toMatch(/^# job_not_found\n[\s\S]*## What to do\n/);
  });

  test("HEAD is GET without the body", async () => {
    const answer = await server.call("/healthz", { method: "HEAD" });

    expect([answer.status, answer.text]).toEqual([200, ""]);
  });
});
