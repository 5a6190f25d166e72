import { mkdtempSync, rmSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { jobsIn } from "./jobs-on-disk.ts";
import { type Server, useServer } from "./support.ts";

const ACCEPTS = { holds: "application/json", streams: "text/event-stream" };

/** News of a hang-up takes a moment. It must not take until the next event, comment or end. */
const NEWS_MS_MAX = 10_000;

describe.each(["object", "consumer"])("a caller who hangs up, with QUEUE_RUNNER=%s", (runner) => {
  const stateDir = mkdtempSync(join(tmpdir(), "holdline-hang-ups-"));
  const server = useServer(
    { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner, HOLDLINE_WAITERS_MAX: "1" },
    stateDir,
  );
  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

  test.each([
    { hearing: "holds", onDisconnect: "cancel", status: "cancelled", how: "resetAndDestroy" },
    { hearing: "holds", onDisconnect: "continue", status: "running", how: "resetAndDestroy" },
    { hearing: "streams", onDisconnect: "cancel", status: "cancelled", how: "resetAndDestroy" },
    { hearing: "streams", onDisconnect: "continue", status: "running", how: "resetAndDestroy" },
    // A closed socket looks like a half-closed one, until somebody speaks to it.
    { hearing: "streams", onDisconnect: "cancel", status: "cancelled", how: "destroy" },
  ] as const)(
    "on a trigger that $hearing, by $how, with $onDisconnect: $status, and the place is free",
    async ({ hearing, onDisconnect, status, how }) => {
      const before = jobsIn(stateDir);
      const body = { payload: { ms: 60_000 }, wait: 60, on_disconnect: onDisconnect };
      const caller = triggered(server, ACCEPTS[hearing], body);
      const jobId = await newJob(server, stateDir, before);
      expect(await isPlaceFree(server)).toBe(false);

      caller.socket?.[how]();

      expect(await within(NEWS_MS_MAX, () => isPlaceFree(server))).toBe(true);
      const isSo = async () => (await server.get(`/jobs/${jobId}`)).body["status"] === status;
      expect(await within(NEWS_MS_MAX, isSo)).toBe(true);
    },
  );
});

/** Asks by hand: a caller of Node's fetch cannot say how it hangs up. */
function triggered(server: Server, accept: string, body: object): ClientRequest {
  const options = { method: "POST", headers: { accept }, agent: false };
  const asked = request(`${server.url()}/trigger/lab/sleep`, options, (answer) => {
    answer.on("error", () => {
      // Hung up: that is what this is about.
    });
    answer.resume();
  });
  asked.on("error", () => {
    // As above, before there was an answer.
  });
  asked.end(JSON.stringify(body));
  return asked;
}

/** Whoever waits is never told the id before the end, but the job is on disk. */
async function newJob(server: Server, stateDir: string, before: readonly string[]) {
  const isThere = async () => {
    const [jobId] = jobsIn(stateDir).filter((id) => !before.includes(id));
    return (await server.get(`/jobs/${jobId}`)).status === 200;
  };
  expect(await within(NEWS_MS_MAX, isThere)).toBe(true);
  return jobsIn(stateDir).find((id) => !before.includes(id));
}

async function isPlaceFree(server: Server): Promise<boolean> {
  const { status } = await server.trigger("lab/echo", { wait: 20 });
  return status === 200;
}

/** Asks until it is so, and gives up in time. */
async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    if (await isSo()) return true;
  }
  return false;
}
