/**
 * `npm run test:load [-- --seconds N --times N --files N]`: more than the machine carries. Measures what
 * the real server carries, then sends five times as many triggers a second for a minute, by a clock that
 * does not wait for answers. Each must be taken on or refused with 503 and `Retry-After`; what was taken
 * on must become final; the server must live through it and be itself again within ten seconds. `--files`
 * lets the server open so many files and no more, which is then what runs out first.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwnGateway } from "./channels/gateway.ts";
import { astray, recoveryMs } from "./load/aftermath.ts";
import { Caller } from "./load/caller.ts";
import { capacityOf } from "./load/capacity.ts";
import { offer } from "./load/offer.ts";
import { faultsOf, figuresOf } from "./load/report.ts";
import { watchProcess } from "./load/watch-process.ts";
import type { ServerProcess } from "./local/server-process.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    times: { type: "string", default: "5" },
    files: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), "holdline-load-"));
const files = values.files === undefined ? {} : { filesMax: Number(values.files) };
const server = await startOwnGateway({ folder, port: 0, config: "{}", variables: {}, ...files });
try {
  await run(server);
} finally {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function run({ url, pid }: ServerProcess): Promise<void> {
  const caller = new Caller(url);
  const capacity = await capacityOf(caller);
  console.log(`It carries ${capacity.toFixed(0)} triggers a second`);
  const watched = watchProcess(pid);
  const rate = capacity * Number(values.times);
  const sent = await offer(caller, { rate, seconds });
  const recovered = await recoveryMs(new Caller(url));
  const told = await Promise.all(sent);
  const process = watched.stop();
  const jobs = told.flatMap(({ jobId }) => jobId ?? []);
  const outcome = {
    capacity,
    rate,
    seconds,
    told,
    recovered,
    process,
    astray: await astray(caller, jobs),
  };
  const faults = faultsOf(outcome);
  console.log(JSON.stringify({ ...figuresOf(outcome), faults: faults.length }, null, 2));
  for (const fault of faults) console.error(fault);
  globalThis.process.exitCode = faults.length > 0 ? 1 : 0;
}
