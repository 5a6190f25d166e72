import { describe, expect, test } from "vitest";
import { eventsOf } from "./streams.ts";
import { finished, useServer } from "./support.ts";

const post = (body?: unknown) => ({
  method: "POST",
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

describe.each(["object", "consumer"] as const)("steering a job, run by the %s", (runner) => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner });

  async function started(path: string, body: object): Promise<string> {
    const answer = await server.trigger(path, body);
    expect(answer.status).toBe(202);
    return String(answer.body["job_id"]);
  }

  /** Waits for the job to be as it must be for the test. */
  async function inState(jobId: string, state: object): Promise<void> {
    for (;;) {
      const { body } = await server.get(`/jobs/${jobId}`);
      if (Object.entries(state).every(([key, value]) => body[key] === value)) return;
    }
  }

  const cancel = (jobId: unknown, body?: unknown) =>
    server.call(`/jobs/${jobId}/cancel`, post(body));
  const retry = (jobId: unknown, body?: unknown) => server.call(`/jobs/${jobId}/retry`, post(body));

  test.each([
    {
      what: "delayed",
      path: "lab/echo",
      body: { delay: 3600 },
      state: { status: "queued", waits_for: "delay" },
    },
    {
      what: "backing off",
      path: "lab/flaky",
      body: { payload: { failures: 1, retry_after_ms: 60_000 } },
      state: { status: "queued", waits_for: "retry" },
    },
    {
      what: "running (direct)",
      path: "lab/sleep",
      body: { payload: { ms: 60_000 } },
      state: { status: "running" },
    },
    {
      what: "running (queue)",
      path: "lab/work",
      body: { payload: { ms: 60_000 } },
      state: { status: "running" },
    },
    {
      what: "finished outside",
      path: "lab/later",
      body: {},
      state: { status: "running" },
    },
  ])("a job that is $what is cancelled at once, with the reason", async ({ path, body, state }) => {
    const jobId = await started(path, body);
    await inState(jobId, state);
    const waiting = server.get(`/jobs/${jobId}/result?wait=20`);

    const answer = await cancel(jobId, { reason: "I changed my mind" });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        job_id: jobId,
        status: "cancelled",
        waits_for: null,
        error: { code: "cancelled", message: "I changed my mind", retryable: false },
      },
    });
    expect(await waiting).toMatchObject({ status: 409, body: { code: "job_cancelled" } });
    expect(await cancel(jobId, { reason: "Again" })).toMatchObject({
      status: 200,
      body: answer.body,
    });
    expect((await eventsOf(server, jobId)).at(-1)).toMatchObject({
      type: "job.cancelled",
      data: { reason: "I changed my mind" },
    });
  });

  test("a plugin that works for a cancelled job is told to stop, and its lane is free", async () => {
    const jobId = await started("lab/work", { payload: { ms: 60_000 } });
    await inState(jobId, { status: "running" });

    await cancel(jobId);

    // With a consumer, the next message waits until the plugin has let go of the first one.
    const next = await server.trigger("lab/work", { payload: { ms: 1 }, wait: 20 });
    expect(next).toMatchObject({ status: 200, body: { status: "succeeded" } });
  });

  test("a final job stays as it is, and cancelling it claims nothing", async () => {
    const { body } = await server.trigger("lab/echo", { payload: { text: "done" }, wait: 5 });

    expect(await cancel(body["job_id"], { reason: "Too late" })).toMatchObject({
      status: 200,
      body: { status: "succeeded", seq: body["seq"], error: null },
    });
  });

  test("what is no reason is refused, and the job goes on", async () => {
    const jobId = await started("lab/echo", { delay: 3600 });

    expect(await cancel(jobId, { reason: "", raeson: "x" })).toMatchObject({
      status: 422,
      body: {
        code: "invalid_request",
        errors: [
          { path: "reason", message: expect.any(String) },
          { path: "raeson", message: 'Unknown key: did you mean "reason"?' },
        ],
      },
    });
    expect(await server.get(`/jobs/${jobId}`)).toMatchObject({ body: { status: "queued" } });
    expect(await cancel("0".repeat(64))).toMatchObject({ status: 404 });
    expect(
      await server.call(`/jobs/${jobId}/cancel?reason=x`, post({ raeson: "y" })),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ path: "raeson" }, { path: "query.reason" }] },
    });
  });

  test("a job that did not succeed can be done again, as a new job that names it", async () => {
    const payload = { failures: 1, retry: false };
    const failed = await server.trigger("lab/flaky", { payload, wait: 5, tags: ["a"] });
    expect(failed.body["status"]).toBe(502);

    const answer = await retry(failed.body["job_id"]);

    expect(answer).toMatchObject({
      status: 202,
      body: {
        kind: "job",
        retry_of: failed.body["job_id"],
        submitted_by: "retry",
        tags: ["a"],
      },
    });
    expect(answer.body["job_id"]).not.toBe(failed.body["job_id"]);
    expect(answer.headers.get("location")).toBe(`${server.url()}/jobs/${answer.body["job_id"]}`);
    expect(await finished(server, answer.body["job_id"])).toMatchObject({ status: "failed" });
  });

  test("the same retry with the same key is one job", async () => {
    const failed = await server.trigger("lab/flaky", {
      payload: { failures: 1, retry: false },
      wait: 5,
    });
    const again = () =>
      server.call(`/jobs/${failed.body["job_id"]}/retry`, {
        method: "POST",
        headers: { "idempotency-key": `retry-${failed.body["job_id"]}` },
      });

    const [one, two, three] = [await again(), await again(), await again()];

    expect([one, two, three].map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set([one, two, three].map(({ body }) => body["job_id"])).size).toBe(1);
    expect(one.headers.get("idempotent-replayed")).toBeNull();
    expect(three.headers.get("idempotent-replayed")).toBe("true");
    expect(await retry(failed.body["job_id"])).not.toMatchObject({
      body: { job_id: one.body["job_id"] },
    });
  });

  test("a job that succeeded, or is not over, cannot be done again", async () => {
    const open = await started("lab/echo", { delay: 3600 });
    const done = await server.trigger("lab/echo", { wait: 5 });

    expect(await retry(open)).toMatchObject({ status: 409, body: { code: "job_not_finished" } });
    expect(await retry(done.body["job_id"])).toMatchObject({
      status: 409,
      body: { code: "job_succeeded" },
    });
    expect(await retry("0".repeat(64))).toMatchObject({ status: 404 });
    expect(await retry(open, { wait: 5 })).toMatchObject({ status: 422 });
  });
});
