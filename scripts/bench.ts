/**
 * `npm run bench [-- --pairs N --only callbacks]`: what a job costs, as ratios against a floor that is measured in the
 * same run: a bare new Durable Object that writes, arms, calls the same plugin, writes, arms. Then how
 * soon callers are told, in plain milliseconds, and people in a channel, who have the floor beside them.
 * Then what callbacks cost, in what is billed. Prints a table, and the same as one line of JSON. Takes about two minutes.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { callbackLine, callbackRows } from "./bench/callbacks.ts";
import { CHANNEL_SETTINGS, CHANNEL_VARIABLES, channelRows } from "./bench/channels.ts";
import { clientOf } from "./bench/client.ts";
import { costLine, costRows } from "./bench/cost.ts";
import { answerRows, crowdRow, patienceRows, progressRow, toldLine } from "./bench/told.ts";
import { type BuiltWorker, buildWorker, buildWorkers, ROOT } from "./local/build.ts";
import { startLocalServer } from "./local/server.ts";

/** Miniflare sends requests for this name to the floor, all others to the gateway. */
const FLOOR_HOST = "floor.localhost";
const BUNDLE_KIB_MAX = 150;

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "400" },
    // Only what is counted: seconds, and on a busy machine the same.
    only: { type: "string" },
  },
});
const pairs = Number(values.pairs);
const isWhole = values.only !== "callbacks";

const [workers, floorWorker, clockWorker, countedWorker] = await Promise.all([
  buildWorkers(),
  buildWorker("floor", join(ROOT, "test", "bench", "floor", "wrangler.toml")),
  buildWorker("clock", join(ROOT, "test", "bench", "clock", "wrangler.toml")),
  buildWorker("counted-gateway", join(ROOT, "wrangler.toml"), {
    entry: join(ROOT, "test", "workers", "counted-gateway", "index.ts"),
  }),
]);
const [gateway, ...plugins] = workers;
const { rows, told } = isWhole ? await timed() : { rows: [], told: [] };
const callbacks = await counted();

for (const row of rows) console.log(costLine(row));
for (const row of told) console.log(toldLine(row));
for (const row of callbacks) console.log(callbackLine(row));
console.log(`The gateway's bundle: ${gateway.gzipKiB} KiB gzipped (at most ${BUNDLE_KIB_MAX})`);
const bundle = { bundle_gzip_kib: gateway.gzipKiB };
console.log(JSON.stringify({ pairs, ...bundle, rows, told, callbacks }));
const isSmall = gateway.gzipKiB <= BUNDLE_KIB_MAX;
const isAllMet = [...rows, ...told, ...callbacks].every(({ isMet }) => isMet);
process.exitCode = isSmall && isAllMet ? 0 : 1;

/** What depends on the machine. */
async function timed() {
  const byObject = await onServer("object", gateway, async (url) => ({
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
  const byConsumer = await onServer("consumer", gateway, async (url) => [
    ...(await answerRows(url, "consumer")),
    ...(await patienceRows(url, "consumer")),
  ]);
  const inChannels = await onServer("object", gateway, (url) => channelRows(url, FLOOR_HOST));
  return { rows: byObject.rows, told: [...byObject.told, ...byConsumer, ...inChannels] };
}

/** What does not. */
async function counted() {
  const named = { ...countedWorker, name: "gateway" };
  return [
    ...(await onServer("object", named, (url) => callbackRows(url, "object"))),
    ...(await onServer("consumer", named, (url) => callbackRows(url, "consumer"))),
  ];
}

/** Measures on a server of its own, with state that goes with it. */
async function onServer<Measured>(
  queueRunner: "object" | "consumer",
  gatewayWorker: BuiltWorker,
  measure: (url: string) => Promise<Measured>,
): Promise<Measured> {
  const stateDir = mkdtempSync(join(tmpdir(), "holdline-bench-"));
  const server = await startLocalServer({
    workers: [gatewayWorker, ...plugins],
    port: 0,
    stateDir,
    variables: {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      QUEUE_RUNNER: queueRunner,
      CALLBACK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
      ...CHANNEL_VARIABLES,
    },
    config: CHANNEL_SETTINGS,
    beside: [{ worker: floorWorker, host: FLOOR_HOST }],
    plugins: [{ worker: clockWorker, binding: "PLUGIN_CLOCK" }],
    onLog: (line) => {
      if (!line.startsWith("counted: ")) console.error(line);
    },
  });
  const measured = await measure(server.url);
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
  return measured;
}
