import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { type ServerProcess, startServerProcess } from "../../scripts/local/server-process.ts";

const CALLERS = 20;

/** Long enough that everyone still waits when the server is killed. */
const JOB = { payload: { ms: 4000, text: "done" } };

/** What a caller does between two tries to connect. */
const REST_MS = 100;

const folder = mkdtempSync(join(tmpdir(), "holdline-restart-"));
let server: ServerProcess | null = null;

afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("everyone who waits through a kill -9 gets the result when the server is back", {
  timeout: 150_000,
}, async () => {
  server = await start("0");
  const { url } = server;
  const ids = await Promise.all(
    Array.from({ length: CALLERS }, (_, index) =>
      started(url, index % 2 === 0 ? "lab/work" : "lab/sleep"),
    ),
  );
  const ends = Promise.all(ids.map((id) => endOf(`${url}/jobs/${id}`)));
  // Answered by the same server, after all the others have asked: by now those are waiting.
  await Promise.all(ids.map((id) => fetch(`${url}/jobs/${id}?wait=0.5`)));

  await server.kill();
  server = await start(new URL(url).port);

  expect(await ends).toEqual(
    ids.map((jobId) => ({ status: 200, jobId, text: "done", wasCutOff: true })),
  );
});

/** With state of its own. */
function start(port: string): Promise<ServerProcess> {
  const devVars = join(folder, "dev.vars");
  writeFileSync(devVars, "HOLDLINE_ANONYMOUS=admin\n");
  return startServerProcess({
    PORT: port,
    HOLDLINE_STATE_DIR: join(folder, "state"),
    HOLDLINE_DEV_VARS: devVars,
  });
}

async function started(url: string, path: string): Promise<string> {
  const init = { method: "POST", body: JSON.stringify(JOB) };
  const answer = (await (await fetch(`${url}/trigger/${path}`, init)).json()) as { job_id: string };
  return answer.job_id;
}

/** Waits for a job's result, and asks again whenever the connection breaks or patience is over. */
async function endOf(jobUrl: string) {
  let wasCutOff = false;
  for (;;) {
    try {
      const response = await fetch(`${jobUrl}/result?wait=30`);
      const body = (await response.json()) as { job_id: string; result?: { text: string } };
      if (response.status === 202) continue;
      return { status: response.status, jobId: body.job_id, text: body.result?.text, wasCutOff };
    } catch {
      // The server is gone, or not back yet.
      wasCutOff = true;
      await rest(REST_MS);
    }
  }
}
