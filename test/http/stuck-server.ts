/**
 * `node test/http/stuck-server.ts STATE_DIR`: the server with the gateway of test/workers/stuck-gateway,
 * as a process of its own that can be killed between a key and its job.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker, buildWorkers, ROOT } from "../../scripts/local/build.ts";
import { startLocalServer } from "../../scripts/local/server.ts";

const [, , stateDir = ""] = process.argv;
const buildDir = mkdtempSync(join(tmpdir(), "holdline-stuck-"));
const entry = join(ROOT, "test", "workers", "stuck-gateway", "index.ts");
const [[, ...plugins], stuck] = await Promise.all([
  buildWorkers(buildDir),
  buildWorker("stuck-gateway", join(ROOT, "wrangler.toml"), { buildDir, entry }),
]);
const { url } = await startLocalServer({
  // Under the gateway's own name, so that its state is found again by the ordinary server.
  workers: [{ ...stuck, name: "gateway" }, ...plugins],
  port: 0,
  stateDir,
  variables: { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" },
});
rmSync(buildDir, { recursive: true, force: true });
process.stdout.write(`Holdline is ready on ${url}\n`);

// Started by a parent that died without a word, it would run on unseen.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(0);
}, 1000);
