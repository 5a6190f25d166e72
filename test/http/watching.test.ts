import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { blocksOf, eventsOf, logOf, openStream, toldBy, toldOf } from "./streams.ts";
import { finished, useServer } from "./support.ts";

type Page = { readonly events: readonly { seq: number }[]; next_after: number; final: boolean };

const STATE_EVENTS = /^job\.(queued|running|retry_scheduled|succeeded|failed|timed_out|dead)$/;

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

async function started(path: string, payload: object): Promise<string> {
  return String((await server.trigger(path, { payload })).body["job_id"]);
}

async function ended(path: string, payload: object): Promise<string> {
  const jobId = await started(path, payload);
  await finished(server, jobId);
  return jobId;
}

async function page(jobId: string, query: string): Promise<Page> {
  return (await server.get(`/jobs/${jobId}/events${query}`)).body as Page;
}

describe.concurrent("a page of events", () => {
  test("pages of two add up to the whole log, and the last one says so", async () => {
    const jobId = await ended("lab/work", { ms: 60, steps: 3 });
    const pages: Page[] = [];

    for (let after = 0; pages.at(-1)?.final !== true; after = pages.at(-1)?.next_after ?? 0) {
      pages.push(await page(jobId, `?after=${after}&limit=2`));
    }

    const log = await eventsOf(server, jobId);
    expect(pages.length).toBe(Math.ceil(log.length / 2));
    expect(pages.flatMap(({ events }) => events)).toEqual(log);
    expect(pages.map(({ next_after }) => next_after)).toEqual(
      pages.map(({ events }) => events.at(-1)?.seq),
    );
    expect(pages.map(({ final }) => final)).toEqual(pages.map((each) => each === pages.at(-1)));
  });

  test("after the last event there is nothing, and it is final", async () => {
    const jobId = await ended("lab/echo", {});
    const last = (await eventsOf(server, jobId)).length;

    expect(await page(jobId, `?after=${last}`)).toEqual({
      events: [],
      next_after: last,
      final: true,
    });
  });

  test("of a job that runs is not final", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });

    expect(await page(jobId, "?after=2")).toMatchObject({
      events: [{ seq: 3, type: "job.running", data: { phase: "working" } }],
      next_after: 3,
      final: false,
    });
  });

  test.each([
    { how: "?wait=", query: "&wait=20", headers: {}, applied: null },
    { how: "Prefer", query: "", headers: { prefer: "wait=20" }, applied: "wait=20" },
  ])(
    "with $how comes with the next event, not with the end",
    async ({ query, headers, applied }) => {
      const jobId = await started("lab/work", { ms: 8000, steps: 8 });

      const answer = await server.call(`/jobs/${jobId}/events?after=3${query}`, { headers });

      expect(answer.body).toMatchObject({ events: [{ seq: 4 }, { seq: 5 }], final: false });
      expect(answer.headers.get("preference-applied")).toBe(applied);
      expect(await server.get(`/jobs/${jobId}`)).toMatchObject({ body: { finished_at: null } });
    },
  );

  test("with wait= is empty when nothing happens in that time", async () => {
    const jobId = await started("lab/sleep", { ms: 60_000 });
    const since = Date.now();

    expect(await page(jobId, "?after=3&wait=0.4")).toEqual({
      events: [],
      next_after: 3,
      final: false,
    });
    expect(Date.now() - since).toBeGreaterThanOrEqual(390);
  });

  test("with wait= on a job that is over comes at once, final", async () => {
    const jobId = await ended("lab/echo", {});
    const last = (await eventsOf(server, jobId)).length;
    const since = Date.now();

    expect(await page(jobId, `?after=${last}&wait=20`)).toMatchObject({ events: [], final: true });
    expect(Date.now() - since).toBeLessThan(5000);
  });
});

describe.concurrent("a stream of events", () => {
  test.each([
    { what: "?after=", query: "?after=2", headers: {}, first: 3 },
    { what: "Last-Event-ID", query: "", headers: { "last-event-id": "3" }, first: 4 },
    {
      what: "Last-Event-ID before ?after=",
      query: "?after=1",
      headers: { "last-event-id": "3" },
      first: 4,
    },
    {
      what: "Last-Event-ID before ?after=, even when it is the older",
      query: "?after=3",
      headers: { "last-event-id": "1" },
      first: 2,
    },
  ])("resumes where $what says", async ({ query, headers, first }) => {
    const jobId = await ended("lab/work", { ms: 20, steps: 2 });

    const told = await toldBy(await openStream(server, jobId, { query, headers }));

    expect(told).toEqual((await logOf(server, jobId)).slice(first - 1));
    expect(told[0]?.id).toBe(String(first));
  });

  test("tells nothing of what is not after ?after=, also when it is beyond the log", async () => {
    const jobId = await started("lab/sleep", { ms: 500 });

    expect(await toldBy(await openStream(server, jobId, { query: "?after=99" }))).toEqual([]);
  });

  test("takes an empty Last-Event-ID for none", async () => {
    const jobId = await ended("lab/echo", {});
    const headers = { accept: "text/event-stream", "last-event-id": "" };

    const { status, text } = await server.call(`/jobs/${jobId}/events`, { headers });

    expect(status).toBe(200);
    expect(text).toContain("id: 1\n");
  });

  test("says how soon to come back, before anything else", async () => {
    const response = await openStream(server, await ended("lab/echo", {}));

    const first = await blocksOf(response).next();

    expect(first.value).toBe("retry: 2000");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
  });

  test.each(["?after=N", "Last-Event-ID"])(
    "204: nothing is left to tell, so do not come back (%s)",
    async (how) => {
      const jobId = await ended("lab/echo", {});
      const last = String((await eventsOf(server, jobId)).length);

      const response = await openStream(
        server,
        jobId,
        how === "Last-Event-ID"
          ? { headers: { "last-event-id": last } }
          : { query: `?after=${last}` },
      );

      expect([response.status, await response.text()]).toEqual([204, ""]);
    },
  );

  test("has a comment when nothing has happened for 15 seconds", { timeout: 40_000 }, async () => {
    const jobId = await started("lab/work", { ms: 17_000 });
    const blocks: string[] = [];

    for await (const block of blocksOf(await openStream(server, jobId))) blocks.push(block);

    const comment = blocks.findIndex((block) => block.startsWith(":"));
    expect(toldOf(blocks[comment - 1] ?? "")?.event).toBe("job.running");
    expect(toldOf(blocks.at(-1) ?? "")?.event).toBe("job.succeeded");
    expect(blocks.flatMap((block) => toldOf(block) ?? [])).toEqual(await logOf(server, jobId));
  });
});

describe.concurrent("a trigger with Accept: text/event-stream", () => {
  const streaming = (path: string, payload: object) =>
    fetch(`${server.url()}/trigger/${path}`, {
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ payload }),
    });

  test.each([
    { dispatch: "direct", path: "lab/sleep", payload: { ms: 300 } },
    { dispatch: "queue", path: "lab/work", payload: { ms: 300, steps: 3 } },
  ])("is answered with every event from 1 to the end ($dispatch)", async ({ path, payload }) => {
    const response = await streaming(path, payload);

    const told = await toldBy(response);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const jobId = response.headers.get("location")?.split("/").at(-1);
    expect(response.headers.get("location")).toBe(`${server.url()}/jobs/${jobId}`);
    expect(told).toEqual(await logOf(server, jobId));
    expect([told[0]?.id, told[0]?.event]).toEqual(["1", "job.queued"]);
    expect(told.at(-1)?.event).toBe("job.succeeded");
  });

  test("tells of the start before the end", async () => {
    const blocks = blocksOf(await streaming("lab/sleep", { ms: 60_000 }));

    const [, queued] = [await blocks.next(), await blocks.next()];

    const { job_id: jobId } = JSON.parse(toldOf(queued.value)?.data ?? "{}") as { job_id: string };
    expect(await server.get(`/jobs/${jobId}`)).toMatchObject({ body: { finished_at: null } });
    await blocks.return(null);
  });

  test.each([
    { end: "job.failed", payload: { failures: 9, retry: false }, attempts: 1 },
    { end: "job.dead", payload: { failures: 9, retry_after_ms: 5 }, attempts: 4 },
  ])("ends with $end when the job does", async ({ end, payload, attempts }) => {
    const told = await toldBy(await streaming("lab/flaky", payload));

    expect(told.map(({ event }) => event)).toEqual(
      Array.from({ length: attempts }, (_, index) => [
        ...(index === 0 ? ["job.queued"] : []),
        "job.running",
        "job.running",
        index === attempts - 1 ? end : "job.retry_scheduled",
      ]).flat(),
    );
  });

  test("has nothing to stream where no job is made", async () => {
    const response = await streaming("lab/now", { text: "now" });

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({ kind: "result", job_id: null });
  });

  test("has nothing to stream where nobody asks for a result", async () => {
    const response = await streaming("lab/poke", {});

    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ kind: "ack", job_id: expect.any(String) });
  });
});

describe.concurrent("the snapshot in an event", () => {
  test.each([
    { path: "lab/work", payload: { ms: 60, steps: 3 } },
    { path: "lab/flaky", payload: { failures: 2, retry_after_ms: 5 } },
    { path: "lab/flaky", payload: { failures: 9, retry_after_ms: 5 } },
    { path: "lab/flaky", payload: { failures: 9, retry: false } },
  ])(
    "is of that event, and the last is the job, byte for byte ($path $payload)",
    async ({ path, payload }) => {
      const jobId = await ended(path, payload);

      const events = await eventsOf(server, jobId);

      const stateEvents = events.filter(({ type }) => STATE_EVENTS.test(type));
      const snapshots = stateEvents.map(({ data }) => data["snapshot"] as { seq: number });
      expect(snapshots.map(({ seq }) => seq)).toEqual(stateEvents.map(({ seq }) => seq));
      expect(events.filter(({ data }) => "snapshot" in data)).toEqual(stateEvents);
      expect(JSON.stringify(snapshots.at(-1))).toBe((await server.get(`/jobs/${jobId}`)).text);
    },
  );

  test("is what the job looked like then", async () => {
    const jobId = await started("lab/sleep", { ms: 2000 });
    const then = await server.get(`/jobs/${jobId}`);
    await toldBy(await openStream(server, jobId));

    const events = await eventsOf(server, jobId);

    const event = events.find(({ seq }) => seq === then.body["seq"]);
    expect(then.body["finished_at"]).toBeNull();
    expect(JSON.stringify(event?.data["snapshot"])).toBe(then.text);
  });
});

describe.concurrent("what a watcher is refused", () => {
  const AFTER = "Must be the number of an event";
  const LIMIT = "Must be a number from 1 to 1000";

  test.each([
    { path: "events?after=-1", fault: { path: "query.after", message: expect.any(String) } },
    { path: "events?after=x", fault: { path: "query.after", message: AFTER } },
    { path: "events?after=1.5", fault: { path: "query.after", message: AFTER } },
    { path: "events?after=1&after=2", fault: { path: "query.after", message: AFTER } },
    { path: "events?limit=0", fault: { path: "query.limit", message: LIMIT } },
    { path: "events?limit=1001", fault: { path: "query.limit", message: LIMIT } },
    { path: "events?limit=ten", fault: { path: "query.limit", message: LIMIT } },
    {
      path: "events?afer=1",
      fault: { path: "query.afer", message: 'Unknown key: did you mean "after"?' },
    },
    {
      path: "events?limits=1",
      fault: { path: "query.limits", message: 'Unknown key: did you mean "limit"?' },
    },
    {
      path: "ws?afetr=1",
      fault: { path: "query.afetr", message: 'Unknown key: did you mean "after"?' },
    },
    { path: "ws?after=x", fault: { path: "query.after", message: AFTER } },
    { path: "ws?wait=1", fault: { path: "query.wait", message: "Unknown key" } },
  ])("422: /$path", async ({ path, fault }) => {
    const jobId = await started("lab/echo", {});

    expect(await server.get(`/jobs/${jobId}/${path}`)).toMatchObject({
      status: 422,
      body: { code: "invalid_request", errors: [fault] },
    });
  });

  test("422: every fault of a query at once", async () => {
    const { body } = await server.get(`/jobs/${await started("lab/echo", {})}/events?limit=0&a=1`);

    expect(body["errors"]).toHaveLength(2);
  });

  test.each(["x", "-1", "1.5", "99999999999999999999", "1, 2"])(
    "422: Last-Event-ID: %s",
    async (lastEventId) => {
      const jobId = await started("lab/echo", {});

      const response = await openStream(server, jobId, {
        headers: { "last-event-id": lastEventId },
      });

      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ errors: [{ path: "Last-Event-ID" }] });
    },
  );

  test.each([
    { path: "events", headers: {} },
    { path: "events?wait=20", headers: {} },
    { path: "events", headers: { accept: "text/event-stream" } },
  ])("404: /$path of no job $headers", async ({ path, headers }) => {
    for (const jobId of ["x", "0".repeat(64)]) {
      expect(
        await server.call(`/jobs/${jobId}/${path}`, { headers: headers as Record<string, string> }),
      ).toMatchObject({ status: 404, body: { code: "job_not_found" } });
    }
  });

  test("426: /ws without a WebSocket", async () => {
    expect(await server.get(`/jobs/${await started("lab/echo", {})}/ws`)).toMatchObject({
      status: 426,
      body: { code: "upgrade_required" },
    });
  });

  test.each([
    { what: "another site", origin: () => "https://evil.example", status: 403 },
    { what: "another port of this machine", origin: () => "http://127.0.0.1:1", status: 403 },
    { what: "nowhere", origin: () => "null", status: 403 },
    { what: "this very place", origin: () => server.url(), status: 101 },
  ])("$status: a WebSocket of a page from $what", async ({ origin, status }) => {
    const jobId = await started("lab/echo", {});

    expect(await handshake(`/jobs/${jobId}/ws`, { origin: origin() })).toBe(status);
  });

  test("404: a WebSocket to no job", async () => {
    expect(await handshake("/jobs/x/ws", {})).toBe(404);
    expect(await handshake(`/jobs/${"0".repeat(64)}/ws`, {})).toBe(404);
  });
});

/** The status that a WebSocket's opening is answered with. */
async function handshake(path: string, options: { origin?: string }): Promise<number> {
  const socket = new WebSocket(`${server.url()}${path}`, options);
  socket.on("error", () => {
    // Cut off before it was open, which is what the refused ones are here.
  });
  const status = await Promise.race([
    once(socket, "open").then(() => 101),
    once(socket, "unexpected-response").then(([, response]: IncomingMessage[]) => {
      return response?.statusCode ?? 0;
    }),
  ]);
  socket.terminate();
  return status;
}
