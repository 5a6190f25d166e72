import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ServerProcess, startServerProcess } from "../local/server-process.ts";
import type { Gateway, JobView } from "./gateway.ts";
import type { PlannedCallback, PlannedJob } from "./plan.ts";
import type { JobRecord, UrlOf } from "./records.ts";

/** Few attempts, soon: an outage of some seconds outlasts them. Crashes do not cost half a minute. */
const CONFIG = `callbacks: { defaults: { max_attempts: 4, base_ms: 300, max_ms: 3000 } }
plugins: { lab: { retry: { base_ms: 500 } } }
`;

/** As many jobs are read at once. */
const READERS = 8;

export type Place = { readonly folder: string; readonly port: number };

/** The server with all its state in one folder, always on the same port: URLs of jobs stay what they are. */
export function startGateway(
  { folder, port }: Place,
  runner: string,
  [secret, previous]: readonly [string, string],
): Promise<ServerProcess> {
  const devVars = join(folder, "dev.vars");
  const variables = {
    HOLDLINE_ANONYMOUS: "admin",
    QUEUE_RUNNER: runner,
    CALLBACK_SECRET: secret,
    CALLBACK_SECRET_PREVIOUS: previous,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(devVars, lines.join(""));
  const config = join(folder, "holdline.yaml");
  writeFileSync(config, CONFIG);
  return startServerProcess({
    PORT: String(port),
    HOLDLINE_CONFIG: config,
    HOLDLINE_DEV_VARS: devVars,
    HOLDLINE_STATE_DIR: join(folder, "state"),
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Triggers a job, and cancels it where that is planned. Outlasts a crash. */
export async function send(gateway: Gateway, job: PlannedJob, urlOf: UrlOf): Promise<JobView> {
  const { name, command, payload, options, callbacks, cancelAfterMs } = job;
  const asked = callbacks.map((callback) => optionOf(callback, urlOf(callback.kind, name)));
  const body = Object.assign({ payload, ...options }, ...asked);
  const triggered = await gateway.trigger(command, body, name);
  if (cancelAfterMs === null) return triggered;
  await sleep(cancelAfterMs);
  return gateway.cancel(triggered.job_id);
}

export function optionOf({ form, profile, events }: PlannedCallback, url: string): object {
  return form === "callbacks" ? { callbacks: [{ url, profile, events }] } : { [form]: url };
}

/** Waits until all jobs are final and nobody is to be told of anything; the ones that are not, in the end. */
export async function settle(
  gateway: Gateway,
  jobIds: readonly string[],
  msMax: number,
): Promise<readonly string[]> {
  const until = Date.now() + msMax;
  let open = jobIds;
  while (open.length > 0 && Date.now() < until) {
    await sleep(500);
    const isOpen = await inTurn(open, async (jobId) => {
      const rows = await gateway.deliveries(jobId);
      if (rows.some(({ state }) => state === "pending")) return true;
      return (await gateway.job(jobId)).finished_at === null;
    });
    open = open.filter((_, index) => isOpen[index]);
  }
  return open;
}

/** Everything that the gateway knows of these jobs. */
export function readRecords(
  gateway: Gateway,
  jobs: readonly { readonly planned: PlannedJob; readonly jobId: string }[],
): Promise<readonly JobRecord[]> {
  return inTurn(jobs, async ({ planned, jobId }) => ({
    planned,
    job: await gateway.job(jobId),
    events: await gateway.events(jobId),
    rows: await gateway.deliveries(jobId),
  }));
}

/** A few at a time: the machine has other work to do. */
async function inTurn<Item, Found>(
  items: readonly Item[],
  read: (item: Item) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const rest = [...items.entries()];
  const readers = Array.from({ length: READERS }, async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const [index, item] = next;
      found[index] = await read(item);
    }
  });
  await Promise.all(readers);
  return found;
}
