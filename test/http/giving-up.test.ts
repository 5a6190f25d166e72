import { describe, expect, test } from "vitest";
import { blocksOf, eventsOf, openStream, toldBy } from "./streams.ts";
import { useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

const NOT_IN_TIME = "It was not done in the time that the caller gave it with on_timeout";
const HUNG_UP = "The caller hung up, and had asked for this with on_disconnect";

describe.concurrent("when patience is over", () => {
  test.each([
    { what: "running (direct)", path: "lab/sleep", payload: { ms: 60_000 } },
    { what: "running (queue)", path: "lab/work", payload: { ms: 60_000 } },
    {
      what: "resting",
      path: "lab/flaky",
      payload: { failures: 1, retry_after_ms: 60_000 },
    },
  ])("on_timeout cancel ends the job, and says both ($what)", async ({ path, payload }) => {
    const answer = await server.trigger(path, { payload, wait: 0.5, on_timeout: "cancel" });

    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: "job_cancelled",
        detail: NOT_IN_TIME,
        job_status: "cancelled",
        timeout_exceeded: true,
        waited_ms: expect.any(Number),
      },
    });
    expect(answer.body["waited_ms"]).toBeGreaterThanOrEqual(490);
    const { job_id: jobId } = answer.body;
    expect(await server.get(`/jobs/${jobId}`)).toMatchObject({
      status: 200,
      body: { status: "cancelled", error: { message: NOT_IN_TIME } },
    });
    expect((await eventsOf(server, jobId)).at(-1)?.type).toBe("job.cancelled");
  });

  test("on_timeout cancel does nothing to a job that is done in time", async () => {
    const body = { payload: { ms: 200 }, wait: 20, on_timeout: "cancel" };

    expect(await server.trigger("lab/sleep", body)).toMatchObject({
      status: 200,
      body: { status: "succeeded" },
    });
  });

  test.each([
    { path: "lab/sleep", options: { on_timeout: "continue" } },
    { path: "lab/work", options: { on_timeout: "continue" } },
    { path: "lab/sleep", options: {} },
  ])("the job goes on and succeeds ($path, $options)", async ({ path, options }) => {
    const answer = await server.trigger(path, { payload: { ms: 1500 }, wait: 0.3, ...options });

    expect(answer).toMatchObject({ status: 202, body: { timeout_exceeded: true } });
    expect(await server.get(`/jobs/${answer.body["job_id"]}/result?wait=20`)).toMatchObject({
      status: 200,
      body: { status: "succeeded" },
    });
  });
});

describe.concurrent("when the caller hangs up", () => {
  /** Triggers with a stream as the answer, reads its beginning, and hangs up. */
  async function hungUp(path: string, body: object): Promise<string> {
    const call = new AbortController();
    const response = await fetch(`${server.url()}/trigger/${path}`, {
      method: "POST",
      signal: call.signal,
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const blocks = blocksOf(response);
    for (let seen = 0; seen < 3; seen += 1) await blocks.next();
    call.abort();
    return response.headers.get("location")?.split("/").at(-1) ?? "";
  }

  test("on_disconnect cancel ends the job", async () => {
    const payload = { ms: 20_000, steps: 40 };
    const jobId = await hungUp("lab/work", { payload, on_disconnect: "cancel" });

    const { body } = await server.get(`/jobs/${jobId}?wait=10`);

    expect(body).toMatchObject({ status: "cancelled", error: { message: HUNG_UP } });
  });

  test.each([
    { path: "lab/sleep", options: { on_disconnect: "continue" } },
    { path: "lab/work", options: { on_disconnect: "continue" } },
    { path: "lab/sleep", options: {} },
  ])("the job goes on and succeeds ($path, $options)", async ({ path, options }) => {
    const jobId = await hungUp(path, { payload: { ms: 1500 }, ...options });

    const { body } = await server.get(`/jobs/${jobId}?wait=20`);

    expect(body).toMatchObject({ status: "succeeded" });
  });

  test("whoever only watches ends nothing by leaving", async () => {
    const { body } = await server.trigger("lab/work", {
      payload: { ms: 1500, steps: 5 },
      on_disconnect: "cancel",
    });
    const watching = blocksOf(await openStream(server, body["job_id"]));
    await watching.next();
    await watching.return(null);

    const told = await toldBy(await openStream(server, body["job_id"]));

    expect(told.at(-1)?.event).toBe("job.succeeded");
  });
});
