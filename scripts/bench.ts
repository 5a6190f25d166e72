/**
 * `npm run bench [-- --pairs N]`: what a job costs, as ratios against a floor that is measured in the
 * same run: a bare new Durable Object that writes, arms, calls the same plugin, writes, arms. Then how
 * soon callers are told, in plain milliseconds: for that there is no floor. Prints a table, and the same
 * as one line of JSON. Takes about two minutes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clientOf } from "./bench/client.ts";
import { costLine, costRows } from "./bench/cost.ts";
import { answerRows, crowdRow, patienceRows, progressRow, toldLine } from "./bench/told.ts";
import { buildWorker, buildWorkers, ROOT } from "./local/build.ts";
import { startLocalServer } from "./local/server.ts";

/** Miniflare sends requests for this name to the floor, all others to the gateway. */
const FLOOR_HOST = "floor.localhost";
const BUNDLE_KIB_MAX = 150;

const { values } = parseArgs({ options: { pairs: { type: "string", default: "400" } } });
const pairs = Number(values.pairs);

const [workers, floorWorker, clockWorker] = await Promise.all([
  buildWorkers(),
  buildWorker("floor", join(ROOT, "test", "bench", "floor", "wrangler.toml")),
  buildWorker("clock", join(ROOT, "test", "bench", "clock", "wrangler.toml")),
]);
const byObject = await onServer("object", async (url) => ({
  rows: await costRows(
    { floor: clientOf(url, FLOOR_HOST), gateway: clientOf(url, new URL(url).host) },
    pairs,
  ),
  told: [
    ...(await answerRows(url, "object")),
    await progressRow(url),
    ...(await patienceRows(url, "object")),
    await crowdRow(url),
  ],
}));
const byConsumer = await onServer("consumer", async (url) => [
  ...(await answerRows(url, "consumer")),
  ...(await patienceRows(url, "consumer")),
]);

const { rows } = byObject;
const told = [...byObject.told, ...byConsumer];
for (const row of rows) console.log(costLine(row));
for (const row of told) console.log(toldLine(row));
console.log(`The gateway's bundle: ${workers[0].gzipKiB} KiB gzipped (at most ${BUNDLE_KIB_MAX})`);
console.log(JSON.stringify({ pairs, bundle_gzip_kib: workers[0].gzipKiB, rows, told }));
const isSmall = workers[0].gzipKiB <= BUNDLE_KIB_MAX;
process.exitCode = isSmall && [...rows, ...told].every(({ isMet }) => isMet) ? 0 : 1;

/** Measures on a server of its own, with state that goes with it. */
async function onServer<Measured>(
  queueRunner: "object" | "consumer",
  measure: (url: string) => Promise<Measured>,
): Promise<Measured> {
  const stateDir = mkdtempSync(join(tmpdir(), "holdline-bench-"));
  const server = await startLocalServer({
    workers,
    port: 0,
    stateDir,
    variables: { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: queueRunner },
    beside: [{ worker: floorWorker, host: FLOOR_HOST }],
    plugins: [{ worker: clockWorker, binding: "PLUGIN_CLOCK" }],
  });
  const measured = await measure(server.url);
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
  return measured;
}
