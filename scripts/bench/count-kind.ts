import type { BenchServer } from "./bench-server.ts";
import { askerOf, clientOf } from "./client.ts";
import { type Counts, counted, countedAtRest, countsBetween } from "./counted.ts";
import type { Kind } from "./kinds.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { cpuMs } from "./server-process.ts";

/** Jobs of each kind: what depends on the instant is shown as a mean. */
const JOBS = 20;

export type CountedKind = {
  readonly jobs: number;
  /** Of all of them together, from the first trigger until nothing was underway any more. */
  readonly counts: Counts;
  /** The processors' time that the server's process took meanwhile; `null` = the system does not say. */
  readonly cpu_ms: number | null;
  /** The database of one of the jobs; `null` where its caller is not told its id. */
  readonly stored_bytes: number | null;
};

/** Counts jobs of one kind on a server with the counted gateway, one after another. */
export async function countKind(server: BenchServer, kind: Kind): Promise<CountedKind> {
  const gateway = clientOf(server.url, new URL(server.url).host);
  const receiver = await startReceiver();
  // The first one makes what all of them share: a lane's tables, a line's connections.
  await runOne(server, kind, receiver);
  const before = await countedAtRest(gateway);
  const cpuBefore = server.pid === null ? null : cpuMs(server.pid);
  const ids: (string | null)[] = [];
  for (let job = 0; job < JOBS; job += 1) {
    ids.push(await runOne(server, kind, receiver));
    // The next one must not share a batch of the queue with what is left of this one.
    if (kind.goesOn === true) await countedAtRest(gateway);
  }
  const counts = countsBetween(before, await countedAtRest(gateway));
  const cpu = server.pid === null || cpuBefore === null ? null : cpuMs(server.pid) - cpuBefore;
  const wanted = (JOBS + 1) * (kind.deliveries ?? 0);
  if (receiver.arrived() !== wanted) {
    throw new Error(`${kind.name}: ${receiver.arrived()} of ${wanted} deliveries arrived`);
  }
  receiver.close();
  const jobIds = ids.flatMap((id) => id ?? []);
  const storedBytes = jobIds.length < JOBS ? null : await checkedBytes(server, jobIds, counts);
  return { jobs: JOBS, counts, cpu_ms: cpu, stored_bytes: storedBytes };
}

let words = 0;

function runOne({ url }: BenchServer, kind: Kind, receiver: Receiver): Promise<string | null> {
  words += 1;
  return kind.run({
    url,
    ask: askerOf(url, new URL(url).host),
    receiver: `${receiver.url}/${words}`,
    word: `bench-${words}`,
  });
}

/**
 * Bytes of one job's database.
 *
 * @throws where SQLite counts other rows of these jobs than the gateway's counters did.
 */
async function checkedBytes(
  { url }: BenchServer,
  jobIds: readonly string[],
  counts: Counts,
): Promise<number> {
  const gateway = clientOf(url, new URL(url).host);
  const stored = await Promise.all(
    jobIds.map(async (id) => (await counted(gateway, id)).stored ?? { rows: 0, bytes: 0 }),
  );
  const rows = stored.reduce((sum, each) => sum + each.rows, 0);
  const countedRows = counts["JOBS.rows_written"] ?? 0;
  if (rows !== countedRows) throw new Error(`Counted ${countedRows} rows, SQLite has ${rows}`);
  return Math.max(...stored.map(({ bytes }) => bytes));
}
