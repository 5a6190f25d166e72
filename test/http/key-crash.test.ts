import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/local/build.ts";
import { type ServerProcess, startServerProcess } from "../../scripts/local/server-process.ts";
import { jobsIn } from "./jobs-on-disk.ts";

/** All of these are waiting for their job when the server is killed, and none of them has one. */
const CALLERS = 5;

const folder = mkdtempSync(join(tmpdir(), "holdline-keys-"));
let server: ServerProcess | null = null;

afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  { name: "Idempotency-Key", body: {}, headers: { "idempotency-key": "k1" } },
  { name: "dedupe_key", body: { dedupe_key: "k1" }, headers: {} },
  { name: "both", body: { dedupe_key: "k2" }, headers: { "idempotency-key": "k2" } },
])(
  "a kill -9 between key and job costs neither: $name",
  {
    timeout: 120_000,
  },
  async ({ name, body, headers }) => {
    const stateDir = join(folder, name);
    server = await startServerProcess({}, [
      join(ROOT, "test", "http", "stuck-server.ts"),
      stateDir,
    ]);
    const { url } = server;
    const cutOff = Array.from({ length: CALLERS }, () =>
      trigger(url, body, headers).catch(() => "cut off"),
    );
    while ((await stuckIn(url)) < CALLERS) {
      // Asked again until everyone has claimed the key and hangs before the job.
    }
    const idsBefore = jobsIn(stateDir);
    await server.kill();
    expect(await Promise.all(cutOff)).toEqual(Array.from({ length: CALLERS }, () => "cut off"));

    server = await start(stateDir);
    const { url: nextUrl } = server;
    const answers = await Promise.all(
      Array.from({ length: 2 * CALLERS }, () => trigger(nextUrl, body, headers)),
    );
    const idsAfter = jobsIn(stateDir);
    await server.kill();
    server = null;

    const [first] = answers;
    expect(answers).toEqual(answers.map(() => ({ ...first, status: 200 })));
    expect(first).toMatchObject({ attempts: [1], text: "done" });
    // Not even a look was taken at a job beside the one: whoever looked, looked at the one that came to be.
    expect(new Set([...idsBefore, ...idsAfter])).toEqual(new Set([first?.jobId]));
  },
);

type Triggered = {
  readonly status: number;
  readonly jobId: string;
  readonly attempts: readonly number[];
  readonly text: string | undefined;
};

async function trigger(
  url: string,
  body: object,
  headers: Record<string, string>,
): Promise<Triggered> {
  const response = await fetch(`${url}/trigger/lab/echo`, {
    method: "POST",
    headers,
    body: JSON.stringify({ ...body, payload: { text: "done" }, wait: 30 }),
  });
  const answer = (await response.json()) as {
    readonly job_id: string;
    readonly attempts: readonly { readonly attempt: number }[];
    readonly result?: { readonly text: string };
  };
  return {
    status: response.status,
    jobId: answer.job_id,
    attempts: answer.attempts.map(({ attempt }) => attempt),
    text: answer.result?.text,
  };
}

async function stuckIn(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/stuck`)).json()) as { readonly stuck: number };
  return answer.stuck;
}

function start(stateDir: string): Promise<ServerProcess> {
  const devVars = join(folder, "dev.vars");
  writeFileSync(devVars, "HOLDLINE_ANONYMOUS=admin\n");
  return startServerProcess({
    PORT: "0",
    HOLDLINE_STATE_DIR: stateDir,
    HOLDLINE_DEV_VARS: devVars,
  });
}
