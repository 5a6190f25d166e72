import { describe, expect, test } from "vitest";
import { finished, useServer } from "./support.ts";

type Group = "completed" | "failed" | "pending";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

const SLOW = { path: "lab/sleep", payload: { ms: 60_000 } };
const QUICK = { path: "lab/sleep", payload: { ms: 300 } };
const QUEUED = { path: "lab/work", payload: { ms: 300 } };
const FAILING = { path: "lab/flaky", payload: { failures: 9, retry: false } };

async function started({ path, payload }: typeof SLOW | typeof FAILING): Promise<string> {
  return String((await server.trigger(path, { payload })).body["job_id"]);
}

function waitFor(body: object) {
  return server.call("/jobs/wait", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** The answer with ids in the place of snapshots. */
async function sortedBy(body: object) {
  const since = Date.now();
  const answer = await waitFor(body);
  const idsOf = (group: Group) =>
    (answer.body[group] as { job_id: string }[]).map(({ job_id: jobId }) => jobId);
  const { unknown, reason, elapsed_ms: elapsedMs } = answer.body;
  return {
    answer,
    tookMs: Date.now() - since,
    elapsedMs: Number(elapsedMs),
    sorted: {
      completed: idsOf("completed"),
      failed: idsOf("failed"),
      pending: idsOf("pending"),
      unknown,
      reason,
    },
  };
}

describe.concurrent("POST /jobs/wait", () => {
  test.each([{ mode: "all" }, {}])("waits for all, however they end (%j)", async (mode) => {
    const [quick, queued, failing] = await Promise.all([QUICK, QUEUED, FAILING].map(started));

    const { sorted, answer } = await sortedBy({ job_ids: [quick, failing, queued], ...mode });

    expect(answer.status).toBe(200);
    expect(sorted).toEqual({
      completed: [quick, queued],
      failed: [failing],
      pending: [],
      unknown: [],
      reason: "complete",
    });
  });

  test("shows the very snapshots that GET /jobs/{id} does", async () => {
    const jobId = await started(QUICK);

    const { body } = await waitFor({ job_ids: [jobId] });

    const [snapshot] = body["completed"] as object[];
    expect(JSON.stringify(snapshot)).toBe((await server.get(`/jobs/${jobId}`)).text);
  });

  test("with mode any waits for the first", async () => {
    const [slow, quick] = await Promise.all([SLOW, QUICK].map(started));

    const { sorted, elapsedMs } = await sortedBy({ job_ids: [slow, quick], mode: "any" });

    expect(sorted).toEqual({
      completed: [quick],
      failed: [],
      pending: [slow],
      unknown: [],
      reason: "complete",
    });
    expect(elapsedMs).toBeLessThan(10_000);
  });

  test.each([
    { failFast: true, timeoutMs: 20_000, reason: "complete" },
    { failFast: false, timeoutMs: 800, reason: "timeout" },
  ])(
    "with fail_fast $failFast, one failure of all is: $reason",
    async ({ failFast, timeoutMs, reason }) => {
      const [slow, failing] = await Promise.all([SLOW, FAILING].map(started));

      const { sorted, elapsedMs } = await sortedBy({
        job_ids: [slow, failing],
        fail_fast: failFast,
        timeout_ms: timeoutMs,
      });

      expect(sorted).toEqual({
        completed: [],
        failed: [failing],
        pending: [slow],
        unknown: [],
        reason,
      });
      expect(elapsedMs).toBeLessThan(10_000);
    },
  );

  test("names ids that nobody knows, and waits for the others", async () => {
    const quick = await started(QUICK);

    const { sorted } = await sortedBy({ job_ids: ["x", quick, "0".repeat(64), "../y"] });

    expect(sorted).toEqual({
      completed: [quick],
      failed: [],
      pending: [],
      unknown: ["x", "0".repeat(64), "../y"],
      reason: "complete",
    });
  });

  test.each(["all", "any"])("with mode %s does not wait for what nobody knows", async (mode) => {
    const { sorted, tookMs } = await sortedBy({ job_ids: ["x", "y"], mode });

    expect(sorted).toMatchObject({ unknown: ["x", "y"], reason: "complete" });
    expect(tookMs).toBeLessThan(5000);
  });

  test("takes an id that comes twice for one job", async () => {
    const quick = await started(QUICK);

    const { sorted } = await sortedBy({ job_ids: [quick, quick, "x", "x"] });

    expect(sorted).toMatchObject({ completed: [quick], unknown: ["x"], reason: "complete" });
  });

  test("answers when its time is over", async () => {
    const slow = await started(SLOW);

    const { sorted, elapsedMs, tookMs } = await sortedBy({ job_ids: [slow], timeout_ms: 500 });

    expect(sorted).toMatchObject({ pending: [slow], reason: "timeout" });
    expect(elapsedMs).toBeGreaterThanOrEqual(490);
    expect(elapsedMs).toBeLessThan(5000);
    expect(tookMs).toBeLessThan(5000);
  });

  test("with no time takes one look", async () => {
    const [slow, quick] = await Promise.all([SLOW, QUICK].map(started));
    await finished(server, quick);

    const { sorted, elapsedMs } = await sortedBy({ job_ids: [slow, quick], timeout_ms: 0 });

    expect(sorted).toMatchObject({ completed: [quick], pending: [slow], reason: "timeout" });
    expect(elapsedMs).toBeLessThan(5000);
  });

  test("waits for a hundred at once", async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => started(QUEUED)));

    const { sorted } = await sortedBy({ job_ids: ids });

    expect(sorted).toMatchObject({ completed: ids, reason: "complete" });
  });

  test.each([
    { what: "101 ids", body: { job_ids: Array(101).fill("x") }, places: ["job_ids"] },
    { what: "no id", body: { job_ids: [] }, places: ["job_ids"] },
    { what: "no list", body: {}, places: ["job_ids"] },
    { what: "30001 ms", body: { job_ids: ["x"], timeout_ms: 30_001 }, places: ["timeout_ms"] },
    { what: "-1 ms", body: { job_ids: ["x"], timeout_ms: -1 }, places: ["timeout_ms"] },
    { what: "half a ms", body: { job_ids: ["x"], timeout_ms: 0.5 }, places: ["timeout_ms"] },
    { what: "an odd mode", body: { job_ids: ["x"], mode: "some" }, places: ["mode"] },
    {
      what: "three faults",
      body: { job_ids: [1], mode: 1, fail_fast: "yes" },
      places: ["job_ids[0]", "mode", "fail_fast"],
    },
  ])("422: $what", async ({ body, places }) => {
    const answer = await waitFor(body);

    const errors = answer.body["errors"] as { path: string }[];
    expect([answer.status, answer.body["code"]]).toEqual([422, "invalid_request"]);
    expect(errors.map(({ path }) => path)).toEqual(places);
  });

  test.each([
    { key: "job_idz", meant: "job_ids" },
    { key: "timeout", meant: null },
    { key: "failfast", meant: "fail_fast" },
  ])("422: the unknown key $key", async ({ key, meant }) => {
    const { status, body } = await waitFor({ job_ids: ["x"], [key]: 1 });

    const message = meant === null ? /^Unknown key/ : `Unknown key: did you mean "${meant}"?`;
    const errors = body["errors"] as { path: string; message: string }[];
    expect([status, errors.map(({ path }) => path)]).toEqual([422, [key]]);
    expect(errors[0]?.message).toMatch(message);
  });

  test("400: no JSON", async () => {
    const answer = await server.call("/jobs/wait", { method: "POST", body: "{" });

    expect(answer).toMatchObject({ status: 400, body: { code: "body_not_json" } });
  });
});
