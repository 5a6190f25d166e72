/** `npm start`: the gateway and its plugins on this machine, in Miniflare, with its state on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { buildWorkers } from "./local/build.ts";
import type { LocalServer } from "./local/run-workers.ts";
import { startLocalServer } from "./local/server.ts";
import { readSettings, SettingsFault } from "./local/settings.ts";

/** Miniflare waits for calls that hang; a person who pressed Ctrl-C does not. */
const STOP_MS_MAX = 4000;

type Workers = Awaited<ReturnType<typeof buildWorkers>>;

async function start(): Promise<void> {
  const settings = readSettings(process.env, (line) => console.log(line));
  console.log("Building the gateway and its plugins …");
  const server = await built((workers) =>
    startLocalServer({ ...settings, workers, onLog: (line) => console.error(line) }),
  );
  stopOnSignals(server);
  console.log(`Holdline is ready on ${server.url}`);
  console.log(whatNext(server.url, settings.stateDir));
}

/** Two servers may start at once, so each builds in a place of its own, which is read once and removed. */
async function built(run: (workers: Workers) => Promise<LocalServer>): Promise<LocalServer> {
  const buildDir = mkdtempSync(join(tmpdir(), "holdline-build-"));
  try {
    return await run(await buildWorkers(buildDir));
  } finally {
    rmSync(buildDir, { recursive: true, force: true });
  }
}

function whatNext(url: string, stateDir: string): string {
  return `
Try next, in another terminal:
  curl -s ${url}/trigger/text/summarize -H 'content-type: application/json' -d @test/data/cleveland-1887.json
  curl -s ${url}/trigger/lab/work -H 'content-type: application/json' -d '{"payload":{"ms":3000}}'
  curl -s ${url}/plugins
Jobs are kept in ${relative(process.cwd(), stateDir) || "."}. Ctrl-C stops the server.`;
}

function stopOnSignals(server: LocalServer): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
    await server.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop());
  // Started by a parent that died without a word (kill -9), this server would run on unseen.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop();
  }, 1000).unref();
}

function explain(cause: unknown): string {
  if (cause instanceof SettingsFault) return cause.message;
  return `Cannot start: ${cause instanceof Error ? cause.message : String(cause)}`;
}

try {
  await start();
} catch (cause) {
  console.error(explain(cause));
  process.exitCode = 1;
}
