/**
 * `npm run bench [-- --pairs N]`: what a job costs, as ratios against a floor that is measured in the
 * same run: a bare new Durable Object that writes, arms, calls the same plugin, writes, arms. Prints a
 * table, and the same as one line of JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clientOf } from "./bench/client.ts";
import { pairedLatency, pairedThroughput, type Work } from "./bench/measure.ts";
import { buildWorker, buildWorkers, ROOT } from "./local/build.ts";
import { startLocalServer } from "./local/server.ts";

/** Miniflare sends requests for this name to the floor, all others to the gateway. */
const FLOOR_HOST = "floor.localhost";
const CONCURRENCY = 32;
const BUNDLE_KIB_MAX = 150;

type Row = {
  readonly what: string;
  readonly floor: string;
  readonly holdline: string;
  readonly ratio: number;
  readonly target: string;
  readonly isMet: boolean;
};

const { values } = parseArgs({ options: { pairs: { type: "string", default: "400" } } });
const pairs = Number(values.pairs);

const [workers, floorWorker] = await Promise.all([
  buildWorkers(),
  buildWorker("floor", join(ROOT, "test", "bench", "floor", "wrangler.toml")),
]);
const stateDir = mkdtempSync(join(tmpdir(), "holdline-bench-"));
const server = await startLocalServer({
  workers,
  port: 0,
  stateDir,
  variables: { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" },
  beside: [{ worker: floorWorker, host: FLOOR_HOST }],
});
const rows = await measureAll(server.url);
await server.stop();
rmSync(stateDir, { recursive: true, force: true });

for (const row of rows) print(row);
console.log(`The gateway's bundle: ${workers[0].gzipKiB} KiB gzipped (at most ${BUNDLE_KIB_MAX})`);
console.log(JSON.stringify({ pairs, bundle_gzip_kib: workers[0].gzipKiB, rows }));
const isSmall = workers[0].gzipKiB <= BUNDLE_KIB_MAX;
process.exitCode = isSmall && rows.every(({ isMet }) => isMet) ? 0 : 1;

async function measureAll(url: string): Promise<readonly Row[]> {
  const floor = clientOf(url, FLOOR_HOST);
  const gateway = clientOf(url, new URL(url).host);
  const body = { payload: { text: "hello" } };
  const floorDirect: Work = { run: () => floor("/direct", body) };
  const direct: Work = { run: () => gateway("/trigger/lab/echo", { ...body, wait: true }) };
  const floorAccept: Work = { run: () => floor("/accept", body) };
  const accept: Work = {
    run: () => gateway("/trigger/lab/echo", body),
    // The job goes on after its 202; the next measurement starts when it has ended.
    settle: async (answer) => untilFinal(gateway, answer),
  };

  await pairedLatency(floorDirect, direct, Math.ceil(pairs / 8));
  const waited = await pairedLatency(floorDirect, direct, pairs);
  const accepted = await pairedLatency(floorAccept, accept, pairs);
  const rate = await pairedThroughput(floorDirect, direct, {
    concurrency: CONCURRENCY,
    requests: 2 * pairs,
    blocks: 3,
  });
  return [
    latencyRow("waited direct, p50 at 1", waited.floor.p50, { ms: waited.gateway.p50, most: 1.5 }),
    latencyRow("waited direct, p99 at 1", waited.floor.p99, { ms: waited.gateway.p99 }),
    latencyRow("202, p50 at 1", accepted.floor.p50, { ms: accepted.gateway.p50, most: 1.5 }),
    latencyRow("202, p99 at 1", accepted.floor.p99, { ms: accepted.gateway.p99 }),
    {
      what: `waited direct, throughput at ${CONCURRENCY}`,
      floor: `${rate.floor.toFixed(0)}/s`,
      holdline: `${rate.gateway.toFixed(0)}/s`,
      ratio: round(rate.gateway / rate.floor),
      target: "≥ 0.6",
      isMet: rate.gateway / rate.floor >= 0.6,
    },
  ];
}

async function untilFinal(gateway: ReturnType<typeof clientOf>, answer: string): Promise<void> {
  const { job_id: jobId } = JSON.parse(answer) as { job_id: string };
  for (;;) {
    const job = JSON.parse(await gateway(`/jobs/${jobId}`, null)) as { finished_at: string | null };
    if (job.finished_at !== null) return;
  }
}

function latencyRow(
  what: string,
  floorMs: number,
  { ms, most }: { readonly ms: number; readonly most?: number },
): Row {
  return {
    what,
    floor: `${floorMs.toFixed(2)} ms`,
    holdline: `${ms.toFixed(2)} ms`,
    ratio: round(ms / floorMs),
    target: most === undefined ? "" : `≤ ${most}`,
    isMet: most === undefined || ms / floorMs <= most,
  };
}

function print({ what, floor, holdline, ratio, target, isMet }: Row): void {
  const columns = [
    what.padEnd(34),
    `floor ${floor.padStart(9)}`,
    `holdline ${holdline.padStart(9)}`,
    `ratio ${ratio.toFixed(2)}`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  console.log(columns.join("  "));
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
