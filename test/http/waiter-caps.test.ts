import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { jobsIn } from "./jobs-on-disk.ts";
import { type Answer, type Server, useServer } from "./support.ts";

const CAPS = [
  {
    variable: "HOLDLINE_WAITERS_PER_TOKEN",
    cap: 3,
    refusal: { status: 429, code: "too_many_waiters" },
  },
  { variable: "HOLDLINE_WAITERS_MAX", cap: 2, refusal: { status: 503, code: "overloaded" } },
];

/** Every way to hold the line: its path, and what it sends. */
const WAYS = [
  { way: "a trigger that waits", path: "/trigger/lab/echo?wait=20", post: {}, accept: "*/*" },
  {
    way: "a trigger that is streamed",
    path: "/trigger/lab/echo",
    post: {},
    accept: "text/event-stream",
  },
  { way: "GET /jobs/{id}?wait=", path: "/jobs/ID?wait=1", post: null, accept: "*/*" },
  { way: "GET /jobs/{id}/result?wait=", path: "/jobs/ID/result?wait=1", post: null, accept: "*/*" },
  {
    way: "GET /jobs/{id}/events?wait=",
    path: "/jobs/ID/events?after=9&wait=1",
    post: null,
    accept: "*/*",
  },
  { way: "a stream", path: "/jobs/ID/events", post: null, accept: "text/event-stream" },
  { way: "POST /jobs/wait", path: "/jobs/wait", post: { job_ids: ["ID"] }, accept: "*/*" },
];

/** What needs no place in the line. */
const AT_ONCE = [
  { what: "a trigger that does not wait", path: "/trigger/lab/echo", post: {}, status: 202 },
  { what: "one that is fire and forget", path: "/trigger/lab/poke", post: {}, status: 202 },
  { what: "one without a job", path: "/trigger/lab/now?wait=5", post: {}, status: 200 },
  { what: "GET /jobs/{id}", path: "/jobs/ID", post: null, status: 200 },
  { what: "a page of events", path: "/jobs/ID/events", post: null, status: 200 },
  {
    what: "POST /jobs/wait with no time",
    path: "/jobs/wait",
    post: { job_ids: ["ID"], timeout_ms: 0 },
    status: 200,
  },
];

const NEWS_MS_MAX = 5000;

type Asked = { readonly path: string; readonly post: object | null; readonly accept?: string };

describe.each(CAPS)("with $variable=$cap", ({ variable, cap, refusal }) => {
  const stateDir = mkdtempSync(join(tmpdir(), "holdline-caps-"));
  const server = useServer(
    { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object", [variable]: String(cap) },
    stateDir,
  );
  const line = useLine(server);
  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

  test.each(WAYS)(`${refusal.status}: $way, when ${cap} are waiting already`, async (asked) => {
    const jobId = await line.fill(cap);
    const jobsBefore = jobsIn(stateDir);

    const answer = await ask(server, jobId, asked);

    expect(answer).toMatchObject({ status: refusal.status, body: { code: refusal.code } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.headers.get("location")).toBeNull();
    expect(jobsIn(stateDir)).toEqual(jobsBefore);
    expect(jobsBefore).toContain(jobId);
  });

  test(`${refusal.status}: a WebSocket, when ${cap} are waiting already`, async () => {
    const jobId = await line.fill(cap);

    const refused = new WebSocket(`${server.url()}/jobs/${jobId}/ws`);

    await expect(opened(refused)).rejects.toThrow(`Unexpected server response: ${refusal.status}`);
  });

  test("the last place is given", async () => {
    const jobId = await line.fill(cap - 1);

    const answer = await ask(server, jobId, { path: "/jobs/ID/result?wait=0.1", post: null });

    expect(answer.status).toBe(202);
  });

  test.each(AT_ONCE)("$status: $what is never sent away", async ({ status, ...asked }) => {
    const jobId = await line.fill(cap);

    expect((await ask(server, jobId, asked)).status).toBe(status);
  });

  test("a place is free again when a WebSocket closes", async () => {
    const jobId = await line.fill(cap);
    await noPlaceIsFree(server, jobId);

    line.leaveOne();

    await aPlaceIsFree(server, jobId);
  });

  test("a place is free again when patience is over", async () => {
    const jobId = await line.fill(cap - 1);

    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const { status } = await ask(server, jobId, {
        path: "/jobs/ID/result?wait=0.05",
        post: null,
      });
      statuses.push(status);
    }

    expect(statuses).toEqual([202, 202, 202]);
  });

  test("a place is free again when the job ends", async () => {
    const jobId = await line.fill(cap - 1);

    const statuses: number[] = [];
    for (const accept of ["text/event-stream", "*/*", "text/event-stream"]) {
      const asked = { path: "/trigger/lab/echo?wait=20", post: {}, accept };
      statuses.push((await ask(server, jobId, asked)).status);
    }

    expect(statuses).toEqual([200, 200, 200]);
  });
});

/** Callers who hold the line in a test, and leave at its end. */
function useLine(server: Server) {
  const sockets: WebSocket[] = [];
  let last = "";

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await aPlaceIsFree(server, last);
  });

  return {
    /** That many watch a job that runs long. */
    fill: async (count: number): Promise<string> => {
      const { body } = await server.trigger("lab/sleep", { payload: { ms: 60_000 } });
      last = String(body["job_id"]);
      while (sockets.length < count) {
        const socket = new WebSocket(`${server.url()}/jobs/${last}/ws`);
        // One who left the line before may still be on the way out.
        await opened(socket).then(
          () => sockets.push(socket),
          () => socket.terminate(),
        );
      }
      return last;
    },
    leaveOne: () => sockets.pop()?.close(),
  };
}

function ask(
  server: Server,
  jobId: string,
  { path, post, accept = "*/*" }: Asked,
): Promise<Answer> {
  return server.call(path.replace("ID", jobId), {
    method: post === null ? "GET" : "POST",
    headers: { accept },
    ...(post === null ? {} : { body: JSON.stringify(post).replace("ID", jobId) }),
  });
}

/** Asks until a caller who would wait is let in: news of a hang-up takes a moment. */
function aPlaceIsFree(server: Server, jobId: string): Promise<void> {
  return askedUntil(server, jobId, (status) => status === 202);
}

function noPlaceIsFree(server: Server, jobId: string): Promise<void> {
  return askedUntil(server, jobId, (status) => status !== 202);
}

async function askedUntil(
  server: Server,
  jobId: string,
  isEnough: (status: number) => boolean,
): Promise<void> {
  const until = Date.now() + NEWS_MS_MAX;
  while (!isEnough(await statusOfWaiting(server, jobId))) {
    if (Date.now() > until) throw new Error(`Still the same after ${NEWS_MS_MAX} ms`);
  }
}

async function statusOfWaiting(server: Server, jobId: string): Promise<number> {
  return (await server.get(`/jobs/${jobId}/result?wait=0.01`)).status;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
}
