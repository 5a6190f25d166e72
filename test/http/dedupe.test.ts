import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useServer, useTally } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { plugins: useTally() });

const CALLERS = 100;

describe("100 callers with one dedupe key", () => {
  test("make one job and one call of the plugin, and all but one are told", async () => {
    const key = randomUUID();
    const body = { payload: { word: key, ms: 100 }, dedupe_key: key, wait: 20 };

    const answers = await Promise.all(
      Array.from({ length: CALLERS }, () => server.trigger("tally/count", body)),
    );
    const next = await server.trigger("tally/count", { payload: { word: key }, wait: 20 });

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const told = answers.filter((answer) => answer.body["deduplicated"] === true);
    expect(told).toHaveLength(CALLERS - 1);
    expect(new Set(told.map(({ text }) => text)).size).toBe(1);
    const snapshots = answers.map(({ body: { deduplicated: _told, ...rest } }) => rest);
    expect(snapshots).toEqual(snapshots.map(() => snapshots[0]));
    expect(next.body).toMatchObject({ result: { text: "call 2" } });
  });
});

describe("a trigger with the dedupe key of a job", () => {
  test("that is open gets it: 202", async () => {
    const body = { payload: { ms: 3000 }, dedupe_key: randomUUID() };
    const first = await server.trigger("lab/sleep", body);

    const again = await server.trigger("lab/sleep", { ...body, payload: { ms: 1 } });

    expect(first.body).not.toHaveProperty("deduplicated");
    expect(again).toMatchObject({
      status: 202,
      body: { kind: "job", job_id: first.body["job_id"], deduplicated: true, finished_at: null },
    });
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
  });

  test("that has succeeded gets it: 200", async () => {
    const body = { payload: { text: "a" }, dedupe_key: randomUUID() };
    const first = await server.trigger("lab/echo", { ...body, wait: 20 });

    const again = await server.trigger("lab/echo", body);

    expect(again.status).toBe(200);
    expect(again.body).toEqual({ ...first.body, deduplicated: true });
  });

  test("that has succeeded longer ago than its window makes a new one", async () => {
    const body = { dedupe_key: randomUUID(), dedupe_ttl: 1 };
    const first = await server.trigger("lab/echo", { ...body, wait: 20 });

    let next = await server.trigger("lab/echo", { ...body, wait: 20 });
    while (next.body["job_id"] === first.body["job_id"]) {
      next = await server.trigger("lab/echo", { ...body, wait: 20 });
    }

    expect(next.body).not.toHaveProperty("deduplicated");
    const restMs =
      Date.parse(String(next.body["created_at"])) - Date.parse(String(first.body["finished_at"]));
    expect(restMs).toBeGreaterThanOrEqual(1000);
  });

  test.each([
    { end: "failed", body: { payload: { failures: 9, retry: false } }, status: 502 },
    { end: "is dead", body: { payload: { failures: 9 }, max_attempts: 1 }, status: 502 },
  ])("that $end makes a new one", async ({ body, status }) => {
    const keyed = { ...body, dedupe_key: randomUUID(), wait: 20 };
    const first = await server.trigger("lab/flaky", keyed);

    const next = await server.trigger("lab/flaky", keyed);

    expect([first.status, next.status]).toEqual([status, status]);
    expect(next.body["job_id"]).not.toBe(first.body["job_id"]);
    expect(next.body).not.toHaveProperty("deduplicated");
  });

  test("that was cancelled makes a new one", async () => {
    const body = { payload: { ms: 20_000 }, dedupe_key: randomUUID() };
    const first = await server.trigger("lab/sleep", { ...body, wait: 0.1, on_timeout: "cancel" });

    const next = await server.trigger("lab/sleep", body);

    expect(first).toMatchObject({ status: 409, body: { code: "job_cancelled" } });
    expect(next.body["job_id"]).not.toBe(first.body["job_id"]);
  });

  test("waits on it as on its own", async () => {
    const body = { payload: { ms: 2000 }, dedupe_key: randomUUID() };
    const first = await server.trigger("lab/sleep", body);

    const impatient = await server.trigger("lab/sleep", { ...body, wait: 0.1 });
    const patient = await server.trigger("lab/sleep", { ...body, wait: 20 });

    const { job_id: id } = first.body;
    expect(impatient).toMatchObject({
      status: 202,
      body: { job_id: id, deduplicated: true, timeout_exceeded: true },
    });
    expect(patient).toMatchObject({
      status: 200,
      body: { kind: "result", job_id: id, deduplicated: true },
    });
  });

  test("streams its events from the beginning", async () => {
    const dedupe = { dedupe_key: randomUUID() };
    const first = await server.trigger("lab/echo", { ...dedupe, wait: 20 });

    const accept = "text/event-stream";
    const again = await server.trigger("lab/echo", dedupe, { accept });

    expect(again.headers.get("location")).toContain(String(first.body["job_id"]));
    expect(again.text).toMatch(/id: 1\n[\s\S]*event: job\.succeeded/);
  });

  test("is acknowledged with it where that is all", async () => {
    const dedupe = { dedupe_key: randomUUID() };
    const first = await server.trigger("lab/poke", dedupe);

    const again = await server.trigger("lab/poke", dedupe);

    expect(first.body).toEqual({ kind: "ack", job_id: expect.any(String) });
    expect([again.status, again.body]).toEqual([202, { ...first.body, deduplicated: true }]);
  });

  test("is another's for another command, and the same by query", async () => {
    const key = randomUUID();
    const first = await server.trigger("lab/echo", { dedupe_key: key });

    const byQuery = await server.trigger(`lab/echo?dedupe_key=${key}&dedupe_ttl=60`, {});
    const other = await server.trigger("lab/poke", { dedupe_key: key });

    expect(byQuery.body).toMatchObject({ job_id: first.body["job_id"], deduplicated: true });
    expect(other.body).not.toHaveProperty("deduplicated");
  });
});

describe("dedupe options", () => {
  test.each([
    { what: "a time without a key", body: { dedupe_ttl: 60 }, path: "dedupe_ttl" },
    { what: "the same by query", query: "?dedupe_ttl=60", path: "query.dedupe_ttl" },
    { what: "no time", body: { dedupe_key: "k", dedupe_ttl: 0 }, path: "dedupe_ttl" },
    { what: "31 days", body: { dedupe_key: "k", dedupe_ttl: 2_592_001 }, path: "dedupe_ttl" },
    { what: "half a second", body: { dedupe_key: "k", dedupe_ttl: 0.5 }, path: "dedupe_ttl" },
    { what: "no word", body: { dedupe_key: "" }, path: "dedupe_key" },
    { what: "257 characters", body: { dedupe_key: "k".repeat(257) }, path: "dedupe_key" },
    { what: "a number", body: { dedupe_key: 7 }, path: "dedupe_key" },
  ])("are refused: $what", async ({ body = {}, query = "", path }) => {
    const answer = await server.trigger(`lab/echo${query}`, body);

    expect(answer).toMatchObject({
      status: 422,
      body: { code: "invalid_request", errors: [{ path }] },
    });
    expect(answer.body["errors"]).toHaveLength(1);
  });

  test("take 256 characters and 30 days", async () => {
    const body = { dedupe_key: `é${"k".repeat(255)}`, dedupe_ttl: 2_592_000 };

    expect((await server.trigger("lab/echo", body)).status).toBe(202);
  });

  test("are refused where no job is made, with the reason", async () => {
    const answer = await server.trigger("lab/now?dedupe_ttl=60", { dedupe_key: "k" });

    const message = "Means nothing here: an immediate command makes no job that another could be";
    expect(answer.body["errors"]).toEqual([
      { path: "dedupe_key", message },
      { path: "query.dedupe_ttl", message },
    ]);
  });
});

test("a caller who was given another's job may give up waiting for it, and not the job", async () => {
  const trigger = (body: object) =>
    server.trigger("lab/sleep", { payload: { ms: 1500 }, dedupe_key: "shared", ...body });
  const first = await trigger({});

  const second = await trigger({ wait: 0.2, on_timeout: "cancel", on_disconnect: "cancel" });

  expect(second).toMatchObject({
    status: 202,
    body: { job_id: first.body["job_id"], deduplicated: true, timeout_exceeded: true },
  });
  expect(await server.get(`/jobs/${first.body["job_id"]}/result?wait=20`)).toMatchObject({
    status: 200,
    body: { status: "succeeded" },
  });
});
