import { expect, test } from "vitest";
import { finished, type Server } from "./support.ts";

/** The answers of contract section 2, the same wherever queue attempts run. */
export function answersSuite(server: Server): void {
  test.each([
    { what: "direct", path: "lab/echo", payload: { text: "hello" } },
    { what: "queued", path: "lab/work", payload: { ms: 50, text: "hello" } },
  ])("200: waited, succeeded ($what)", async ({ path, payload }) => {
    const answer = await server.trigger(path, {
      payload,
      wait: 20,
      tags: ["a"],
      metadata: { n: 1 },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.body).toMatchObject({
      kind: "result",
      status: "succeeded",
      attempt: 1,
      result: { text: "hello" },
      error: null,
      tags: ["a"],
      metadata: { n: 1 },
      duration_ms: expect.any(Number),
      links: { self: `${server.url()}/jobs/${answer.body["job_id"]}` },
    });
  });

  test.each(["lab/echo", "lab/work"])("202: accepted, not waited for (%s)", async (path) => {
    const answer = await server.trigger(path, { payload: { ms: 20, text: "later" } });

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ kind: "job", finished_at: null, result: null });
    expect(answer.headers.get("location")).toBe(`${server.url()}/jobs/${answer.body["job_id"]}`);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await finished(server, answer.body["job_id"])).toMatchObject({
      status: "succeeded",
      result: { text: "later" },
    });
  });

  test.each(["lab/sleep", "lab/work"])("202: waited, patience over (%s)", async (path) => {
    const answer = await server.trigger(path, { payload: { ms: 700, text: "done" }, wait: 0.2 });

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      kind: "job",
      timeout_exceeded: true,
      waited_ms: expect.any(Number),
      finished_at: null,
    });
    expect(answer.headers.get("location")).toBeTruthy();
    const { job_id: jobId } = answer.body;
    expect(await server.get(`/jobs/${jobId}/result`)).toMatchObject({
      status: 409,
      body: { code: "job_not_finished", job_status: "running", job_id: jobId },
    });
    await finished(server, jobId);
    expect(await server.get(`/jobs/${jobId}/result`)).toMatchObject({
      status: 200,
      body: { kind: "result", result: { text: "done" } },
    });
  });

  test("202: patience ends while the job rests between attempts", async () => {
    const payload = { failures: 1, retry_after_ms: 60_000 };
    const answer = await server.trigger("lab/flaky", { payload, wait: 0.3 });

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      status: "queued",
      timeout_exceeded: true,
      next_retry_at: expect.any(String),
      error: { code: "flaky", category: "plugin_error" },
    });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(50);
  });

  test("202: fire and forget keeps how it went, not what it said", async () => {
    const answer = await server.trigger("lab/poke", { payload: { text: "psst" }, wait: 5 });

    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ kind: "ack", job_id: expect.any(String) });
    expect(await finished(server, answer.body["job_id"])).toMatchObject({
      status: "succeeded",
      result: null,
    });
  });

  test("200: an immediate command makes no job", async () => {
    const answer = await server.trigger("lab/now", { payload: { text: "now" } });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      kind: "result",
      job_id: null,
      status: "succeeded",
      plugin: "lab",
      command: "now",
      result: { text: "now", output: { text: "now" }, artifacts: [] },
      duration_ms: expect.any(Number),
    });
  });

  test.each([
    { what: "failed", payload: { failures: 9, retry: false }, code: "job_failed", attempt: 1 },
    { what: "dead", payload: { failures: 9, retry_after_ms: 5 }, code: "job_dead", attempt: 3 },
  ])("502: waited, $what", async ({ what, payload, code, attempt }) => {
    const answer = await server.trigger("lab/flaky", { payload, wait: 20 });

    expect(answer.status).toBe(502);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: `${server.url()}/docs/errors/${code}`,
      title: expect.any(String),
      status: 502,
      detail: `Attempt ${attempt} fails, as asked`,
      code,
      job_id: expect.any(String),
      job_status: what,
      attempt,
      result: null,
      error: { code: "flaky", attempt },
    });
    expect(await server.get(`/jobs/${answer.body["job_id"]}/result`)).toMatchObject({
      status: 502,
      body: answer.body,
    });
  });

  test("504: waited, timed out, after the deadline and its grace", async () => {
    const answer = await server.trigger("lab/hang", { timeout: 1, max_attempts: 1, wait: 20 });

    expect(answer.status).toBe(504);
    expect(answer.body).toMatchObject({
      code: "job_timed_out",
      job_status: "timed_out",
      error: { category: "timeout", message: "No answer within 1000 ms" },
    });
    const ranMs = Number(answer.body["duration_ms"]);
    expect(ranMs).toBeGreaterThanOrEqual(6000);
    expect(ranMs).toBeLessThan(8000);
  });

  test("a plugin that stops at its deadline has timed out at once, without the grace", async () => {
    const body = { payload: { ms: 60_000 }, timeout: 0.3, max_attempts: 1, wait: 20 };
    const answer = await server.trigger("lab/sleep", body);

    expect(answer).toMatchObject({ status: 504, body: { job_status: "timed_out" } });
    expect(Number(answer.body["duration_ms"])).toBeLessThan(3000);
  });

  test("succeeds on attempt 3 after two failures, within an interactive caller's patience", async () => {
    const answer = await server.trigger("lab/flaky", { payload: { failures: 2 }, wait: true });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      attempt: 3,
      max_attempts: 3,
      result: { output: { attempt: 3 } },
      attempts: [
        { attempt: 1, outcome: "failed", error: { code: "flaky" } },
        { attempt: 2, outcome: "failed", error: { code: "flaky" } },
        { attempt: 3, outcome: "succeeded", error: null },
      ],
    });
  });

  test("never shows the stack of what a plugin threw", async () => {
    const payload = { message: "Out of paper\n    at secretFunction (/secret/place.ts:1:1)" };
    const answer = await server.trigger("lab/throw", { payload, max_attempts: 1, wait: 20 });

    expect(answer).toMatchObject({
      status: 502,
      body: { code: "job_dead", detail: "The plugin threw: Out of paper" },
    });
    expect(answer.text).not.toContain("secret");
    expect(answer.text).not.toContain(".ts");
  });

  test.each([
    { kind: "not_json", status: "dead", message: "The answer is not a JSON object", tries: 2 },
    {
      kind: "no_protocol",
      status: "dead",
      message: "The answer does not name its protocol: expected 1",
      tries: 2,
    },
    {
      kind: "protocol_2",
      status: "failed",
      message: "The plugin speaks another protocol: expected 1, found 2",
      tries: 1,
    },
    {
      kind: "no_status",
      status: "dead",
      message: 'The answer\'s status must be "ok" or "error": found nothing',
      tries: 2,
    },
    {
      kind: "huge",
      status: "dead",
      message: "Cannot take an answer of 1048615 bytes: the limit is 1048576 bytes",
      tries: 2,
    },
  ])("a plugin that answers $kind ends as $status", async ({ kind, status, message, tries }) => {
    const answer = await server.trigger("lab/garbage", {
      payload: { kind },
      max_attempts: 2,
      wait: 20,
    });

    expect(answer).toMatchObject({
      status: 502,
      body: {
        code: `job_${status}`,
        detail: message,
        error: { category: "protocol_fault", attempt: tries },
      },
    });
    const { attempts } = answer.body as { attempts: { excerpt: string }[] };
    expect(attempts).toHaveLength(tries);
    expect(attempts[0]?.excerpt.length).toBeGreaterThan(20);
    expect(attempts[0]?.excerpt.length).toBeLessThanOrEqual(65_536);
  });
}
