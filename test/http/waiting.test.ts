import { describe, expect, test } from "vitest";
import { finished, useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

/** A caller's own clock also counts the way there and back; what the server owes is in the benchmark. */
const LATE_MS_MAX = 3000;

async function started(path: string, payload: object): Promise<string> {
  return String((await server.trigger(path, { payload })).body["job_id"]);
}

async function ended(path: string, payload: object): Promise<string> {
  const jobId = await started(path, payload);
  await finished(server, jobId);
  return jobId;
}

/** An answer, and how long it took. */
async function timed(path: string, headers: Record<string, string> = {}) {
  const since = Date.now();
  const answer = await server.call(path, { headers });
  return { ...answer, tookMs: Date.now() - since };
}

describe.concurrent("GET /jobs/{id}", () => {
  test.each([
    { how: "?wait=20", query: "?wait=20", headers: {}, applied: null },
    { how: "?wait=true", query: "?wait=true", headers: {}, applied: null },
    { how: "Prefer: wait=5", query: "", headers: { prefer: "wait=5" }, applied: "wait=5" },
    {
      how: "?wait=20 before Prefer",
      query: "?wait=20",
      headers: { prefer: "wait=0" },
      applied: null,
    },
  ])("with $how shows the job when it is final", async ({ query, headers, applied }) => {
    const jobId = await started("lab/work", { ms: 400 });

    const answer = await server.call(`/jobs/${jobId}${query}`, { headers });

    expect(answer).toMatchObject({ status: 200, body: { status: "succeeded" } });
    expect(answer.headers.get("preference-applied")).toBe(applied);
    expect(answer.headers.get("retry-after")).toBeNull();
  });

  test("with wait= shows the job as it is when patience is over", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });

    const { tookMs, ...answer } = await timed(`/jobs/${jobId}?wait=0.5`);

    expect(answer).toMatchObject({ status: 200, body: { status: "running", finished_at: null } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(tookMs).toBeGreaterThanOrEqual(490);
    expect(tookMs).toBeLessThan(500 + LATE_MS_MAX);
  });

  test("shows the progress made by the end of patience", async () => {
    const jobId = await started("lab/work", { ms: 20_000, steps: 200 });

    const { body } = await server.get(`/jobs/${jobId}?wait=1.5`);

    const { percent } = body["progress"] as { percent: number };
    expect(percent).toBeGreaterThanOrEqual(4);
    expect(percent).toBeLessThan(20);
  });

  test("says when the next attempt is due", async () => {
    const jobId = await started("lab/flaky", { failures: 1, retry_after_ms: 60_000 });

    const { headers, body } = await server.get(`/jobs/${jobId}?wait=0.5`);

    expect(body).toMatchObject({ status: "queued", next_retry_at: expect.any(String) });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(50);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });
});

describe.concurrent("GET /jobs/{id} with If-None-Match", () => {
  test("the tag of a job is that of its newest event, and is asked for each time", async () => {
    const { headers, body } = await server.get(`/jobs/${await ended("lab/echo", {})}`);

    expect(headers.get("etag")).toBe(`"${body["seq"]}"`);
    expect(headers.get("cache-control")).toBe("private, no-cache");
  });

  test.each([
    { tags: '"SEQ"', status: 304 },
    { tags: 'W/"SEQ"', status: 304 },
    { tags: '"1", "SEQ"', status: 304 },
    { tags: '"1",W/"SEQ" , "x"', status: 304 },
    { tags: "*", status: 304 },
    { tags: '"1"', status: 200 },
    { tags: '"x"', status: 200 },
    { tags: "SEQ", status: 200 },
    { tags: '"SEQ0"', status: 200 },
    { tags: "", status: 200 },
  ])("$status: $tags", async ({ tags, status }) => {
    const jobId = await ended("lab/echo", {});
    const { body, text } = await server.get(`/jobs/${jobId}`);

    const answer = await server.call(`/jobs/${jobId}`, {
      headers: { "if-none-match": tags.replace("SEQ", String(body["seq"])) },
    });

    expect([answer.status, answer.text]).toEqual([status, status === 200 ? text : ""]);
    expect(answer.headers.get("etag")).toBe(`"${body["seq"]}"`);
  });

  test("and wait= shows the job as soon as it has moved on, not only at its end", async () => {
    const jobId = await started("lab/work", { ms: 8000, steps: 8 });
    const { body } = await server.get(`/jobs/${jobId}?wait=0.2`);

    const answer = await server.call(`/jobs/${jobId}?wait=20`, {
      headers: { "if-none-match": `"${body["seq"]}"` },
    });

    expect(answer).toMatchObject({ status: 200, body: { status: "running", finished_at: null } });
    expect(Number(answer.body["seq"])).toBeGreaterThan(Number(body["seq"]));
  });

  test.each(['"abc"', '"5-gzip"', '"999"'])(
    "and wait= shows at once a job that is not at %j",
    async (tag) => {
      const jobId = await started("lab/sleep", { ms: 60_000 });

      const { tookMs, status } = await timed(`/jobs/${jobId}?wait=20`, { "if-none-match": tag });

      expect(status).toBe(200);
      expect(tookMs).toBeLessThan(5000);
    },
  );

  test("and wait= is 304 at once where any state is known", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });

    const { tookMs, status } = await timed(`/jobs/${jobId}?wait=20`, { "if-none-match": "*" });

    expect(status).toBe(304);
    expect(tookMs).toBeLessThan(5000);
  });

  test("and wait= shows at once a job that has moved on before", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });

    const { tookMs, ...answer } = await timed(`/jobs/${jobId}?wait=20`, { "if-none-match": '"1"' });

    expect(answer).toMatchObject({ status: 200, body: { status: "running" } });
    expect(tookMs).toBeLessThan(5000);
  });

  test("and wait= is 304 at once when the job is final, and so cannot move", async () => {
    const jobId = await ended("lab/echo", {});
    const { body } = await server.get(`/jobs/${jobId}`);
    const tag = `"${body["seq"]}"`;

    const { tookMs, status } = await timed(`/jobs/${jobId}?wait=5`, { "if-none-match": tag });

    expect(status).toBe(304);
    expect(tookMs).toBeLessThan(4000);
  });

  test("and wait= is 304 when the job has not moved by then", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });
    const { body } = await server.get(`/jobs/${jobId}?wait=0.2`);
    const tag = `"${body["seq"]}"`;

    const { tookMs, ...answer } = await timed(`/jobs/${jobId}?wait=0.5`, { "if-none-match": tag });

    expect([answer.status, answer.text, answer.headers.get("etag")]).toEqual([304, "", tag]);
    expect(tookMs).toBeGreaterThanOrEqual(490);
    expect(tookMs).toBeLessThan(500 + LATE_MS_MAX);
  });
});

describe.concurrent("GET /jobs/{id}/result", () => {
  test.each([
    { path: "lab/work", payload: { ms: 400, text: "done" } },
    { path: "lab/sleep", payload: { ms: 400, text: "done" } },
  ])("200: waited for ($path)", async ({ path, payload }) => {
    const jobId = await started(path, payload);

    expect(await server.get(`/jobs/${jobId}/result?wait=20`)).toMatchObject({
      status: 200,
      body: { kind: "result", status: "succeeded", result: { text: "done" } },
    });
  });

  test("202: patience over, then 200", async () => {
    const jobId = await started("lab/work", { ms: 1500 });

    const { tookMs, ...answer } = await timed(`/jobs/${jobId}/result?wait=0.5`);

    expect(answer).toMatchObject({
      status: 202,
      body: { kind: "job", status: "running", timeout_exceeded: true, finished_at: null },
    });
    expect(answer.headers.get("location")).toBe(`${server.url()}/jobs/${jobId}`);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.body["waited_ms"]).toBeGreaterThanOrEqual(490);
    expect(answer.body["waited_ms"]).toBeLessThanOrEqual(tookMs);
    expect(tookMs).toBeLessThan(500 + LATE_MS_MAX);
    expect(await server.get(`/jobs/${jobId}/result?wait=20`)).toMatchObject({
      status: 200,
      body: { kind: "result", status: "succeeded" },
    });
  });

  test.each(["", "?wait=0", "?wait=false"])("409: not waited for (%s)", async (query) => {
    const jobId = await started("lab/sleep", { ms: 60_000 });

    const answer = await server.get(`/jobs/${jobId}/result${query}`);

    expect(answer).toMatchObject({ status: 409, body: { code: "job_not_finished" } });
    expect(answer.headers.get("retry-after")).toBe("1");
  });

  test("with Prefer says that it waited", async () => {
    const jobId = await started("lab/work", { ms: 300 });

    const answer = await server.call(`/jobs/${jobId}/result`, { headers: { prefer: "wait=20" } });

    expect([answer.status, answer.headers.get("preference-applied")]).toEqual([200, "wait=20"]);
  });
});

test("any number of callers wait on one job, each in their way, and see the same end", async () => {
  const jobId = await started("lab/work", { ms: 1500, steps: 5 });
  const ways = ["?wait=20", "/result?wait=20", "/result?wait=true"];

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => server.get(`/jobs/${jobId}${ways[index % 3]}`)),
  );

  const { text } = await server.get(`/jobs/${jobId}`);
  const results = answers.filter((_, index) => index % 3 > 0);
  const snapshots = answers.filter((_, index) => index % 3 === 0);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(new Set(snapshots.map((answer) => answer.text))).toEqual(new Set([text]));
  expect(new Set(results.map((answer) => answer.text)).size).toBe(1);
  expect(results[0]?.text).toContain(text.slice(1, -1));
});

describe.concurrent("how long nobody may wait", () => {
  const WAIT = "Must be true, false or seconds from 0 to 300";
  const PREFER = "wait must be at most 300 seconds";

  test.each([
    { path: "?wait=301", headers: {}, fault: { path: "query.wait", message: WAIT } },
    {
      path: "?wait=-1",
      headers: {},
      fault: { path: "query.wait", message: WAIT },
    },
    { path: "?wait=long", headers: {}, fault: { path: "query.wait", message: WAIT } },
    { path: "/result?wait=301", headers: {}, fault: { path: "query.wait", message: WAIT } },
    { path: "/events?wait=301", headers: {}, fault: { path: "query.wait", message: WAIT } },
    { path: "", headers: { prefer: "wait=301" }, fault: { path: "Prefer", message: PREFER } },
    {
      path: "/result",
      headers: { prefer: "wait=301" },
      fault: { path: "Prefer", message: PREFER },
    },
    {
      path: "/events",
      headers: { prefer: "wait=301" },
      fault: { path: "Prefer", message: PREFER },
    },
    {
      path: "?wiat=3",
      headers: {},
      fault: { path: "query.wiat", message: 'Unknown key: did you mean "wait"?' },
    },
    {
      path: "/result?after=3",
      headers: {},
      fault: { path: "query.after", message: "Unknown key" },
    },
  ])("422: GET /jobs/{id}$path $headers", async ({ path, headers, fault }) => {
    const jobId = await started("lab/echo", {});

    expect(
      await server.call(`/jobs/${jobId}${path}`, { headers: headers as Record<string, string> }),
    ).toMatchObject({ status: 422, body: { code: "invalid_request", errors: [fault] } });
  });

  test.each([
    { query: "", headers: {}, body: { wait: 301 }, place: "wait" },
    { query: "?wait=301", headers: {}, body: {}, place: "query.wait" },
    { query: "", headers: { prefer: "wait=301" }, body: {}, place: "Prefer" },
  ])("422: a trigger with $place", async ({ query, headers, body, place }) => {
    const answer = await server.trigger(
      `lab/echo${query}`,
      body,
      headers as Record<string, string>,
    );

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: place }] } });
  });

  test.each(["?wait=20", "/result?wait=20", "/result"])("404: no job%s", async (path) => {
    expect(await server.get(`/jobs/x${path}`)).toMatchObject({
      status: 404,
      body: { code: "job_not_found" },
    });
  });
});
