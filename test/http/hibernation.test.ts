import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildWorker, ROOT } from "../../scripts/local/build.ts";
import type { LocalServer } from "../../scripts/local/run-workers.ts";
import { startLocalServer } from "../../scripts/local/server.ts";

const WAITERS = 100;
const WORK_MS = 15_000;

let server: LocalServer | undefined;

beforeAll(async () => {
  const entry = join(ROOT, "test", "workers", "counted-gateway", "index.ts");
  const [, ...plugins] = inject("workers");
  const counted = await buildWorker("counted-gateway", join(ROOT, "wrangler.toml"), { entry });
  server = await startLocalServer({
    workers: [{ ...counted, name: "gateway" }, ...plugins],
    port: 0,
    stateDir: null,
    variables: { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "consumer" },
  });
  // A build takes its time on a busy machine.
}, 60_000);
afterAll(async () => {
  await server?.stop();
});

test("while 100 callers wait 15 s the object sleeps, and each has cost it one request", async () => {
  const url = server?.url ?? "";
  const body = JSON.stringify({ payload: { ms: WORK_MS } });
  const triggered = await fetch(`${url}/trigger/lab/work`, { method: "POST", body });
  const { job_id: id } = (await triggered.json()) as { job_id: string };

  const waiting = Array.from({ length: WAITERS }, async () => {
    const response = await fetch(`${url}/jobs/${id}/result?wait=60`);
    return [response.status, await response.text()] as const;
  });
  const answers = await Promise.all(waiting);

  expect(new Set(answers.map(([status]) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(([, text]) => text)).size).toBe(1);
  const { counts } = (await (await fetch(`${url}/counted`)).json()) as {
    counts: Record<string, number>;
  };
  // Made once for the trigger, and again when the report woke it.
  expect(counts["JOBS.constructor"]).toBe(2);
  const asked = ["fetch", "submit", "claim", "report", "snapshot", "alarm", "webSocketMessage"];
  expect(Object.fromEntries(asked.map((what) => [what, counts[`JOBS.${what}`] ?? 0]))).toEqual({
    // The consumer listens as well: it is to hear of a cancellation at once.
    fetch: WAITERS + 1,
    submit: 1,
    claim: 1,
    report: 1,
    snapshot: 0,
    alarm: 0,
    webSocketMessage: 0,
  });
}, 60_000);
