import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

describe("a job that starts later", () => {
  test.each(["lab/echo", "lab/work"])("waits for its time, and says so (%s)", async (path) => {
    const answer = await server.trigger(path, { payload: { ms: 1 }, delay: 1.5 });

    expect(answer).toMatchObject({
      status: 202,
      body: { status: "queued", waits_for: "delay", attempt: 1, started_at: null },
    });
    expect(answer.headers.get("retry-after")).toBe("2");
    const startsAt = Date.parse(String(answer.body["next_retry_at"]));
    expect(startsAt - Date.parse(String(answer.body["created_at"]))).toBeLessThanOrEqual(1500);

    const { body } = await server.get(`/jobs/${answer.body["job_id"]}/result?wait=20`);
    expect(body).toMatchObject({ kind: "result", status: "succeeded", next_retry_at: null });
    expect(Date.parse(String(body["started_at"]))).toBeGreaterThanOrEqual(startsAt);
  });

  test("may be held for like any other", async () => {
    const answer = await server.trigger("lab/echo", { run_at: inMs(700), wait: 20 });

    expect(answer).toMatchObject({ status: 200, body: { kind: "result" } });
    expect(answer.body["duration_ms"]).toBeGreaterThanOrEqual(500);
  });

  test("starts at once when its time is over", async () => {
    expect(await server.trigger("lab/echo", { run_at: inMs(-60_000), wait: 20 })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    { body: { delay: 60, run_at: inMs(0) }, path: "run_at", message: /not both/ },
    { body: { run_at: inMs(31 * 86_400_000) }, path: "run_at", message: /at most 30 days/ },
    { body: { delay: 2_592_001 }, path: "delay", message: /2592000/ },
    { body: { run_at: "tomorrow" }, path: "run_at", message: /time with its zone/ },
  ])("is refused with $body", async ({ body, path, message }) => {
    expect(await server.trigger("lab/echo", body)).toMatchObject({
      status: 422,
      body: {
        code: "invalid_request",
        errors: [{ path, message: expect.stringMatching(message) }],
      },
    });
  });

  test("is no immediate command: that makes no job which could wait", async () => {
    expect(await server.trigger("lab/now?delay=5", {})).toMatchObject({
      status: 422,
      body: { errors: [{ path: "query.delay", message: expect.stringContaining("immediate") }] },
    });
  });
});
