import { type BenchServer, type BenchWorkers, startBenchServer } from "./bench-server.ts";
import { askerOf, clientOf, type Send } from "./client.ts";
import { billOf, type Counts, counted, countedAtRest, countsBetween, rest } from "./counted.ts";
import { KINDS } from "./kinds.ts";
import type { Bill } from "./prices.ts";

/** The shortest that can be set. */
const RETENTION_MS = 60_000;
const JOBS = 10;

/** Between the two kinds, so that all of the first are removed before any of the second. */
const APART_MS = 4000;
const LATE_MS_MAX = 60_000;
const LOOK_EVERY_MS = 100;

/** What is billed for removing one job when its retention is over. */
export type Removals = { readonly plain: Bill; readonly withArtifact: Bill };

/** What counts removals, and is underway. */
export type Removing = {
  /** In a minute. */
  readonly removals: Promise<Removals>;
};

/** Has jobs end that will be removed a minute later, on a server of their own that does nothing else. */
export async function startRemoval(workers: BenchWorkers): Promise<Removing> {
  const settings = { jobs: { retention: RETENTION_MS } };
  const server = await startBenchServer(workers, { runner: "consumer", isCounted: true, settings });
  await endJobs(server, "direct, waited");
  await rest(APART_MS);
  await endJobs(server, "an artifact of 10 KB");
  return { removals: removalsOn(server) };
}

/** Whatever else the machine does meanwhile, the first kind must be seen gone before the second goes. */
async function removalsOn(server: BenchServer): Promise<Removals> {
  const gateway = clientOf(server.url, new URL(server.url).host);
  const atEnd = await countedAtRest(gateway);
  const afterFirst = await countsWhenRemoved(gateway, JOBS);
  const afterSecond = await countsWhenRemoved(gateway, 2 * JOBS);
  await server.stop();
  return {
    plain: removalBill(countsBetween(atEnd, afterFirst)),
    withArtifact: removalBill(countsBetween(afterFirst, afterSecond)),
  };
}

/** The processors' time of a removal is too short to be measured for ten, and how long it takes is not heard. */
function removalBill(counts: Counts): Bill {
  return { ...billOf(counts, JOBS), worker_cpu_ms: 0 };
}

async function endJobs({ url }: BenchServer, kindName: string): Promise<void> {
  const kind = KINDS.find(({ name }) => name === kindName);
  if (kind === undefined) throw new Error(`There is no kind ${kindName}`);
  const ask = askerOf(url, new URL(url).host);
  for (let job = 0; job < JOBS; job += 1) await kind.run({ url, ask, receiver: "", word: "" });
}

async function countsWhenRemoved(gateway: Send, wanted: number): Promise<Counts> {
  const until = performance.now() + RETENTION_MS + LATE_MS_MAX;
  while (performance.now() < until) {
    const { counts } = await counted(gateway);
    const removed = counts["JOBS.removed"] ?? 0;
    // An object that removes itself is stopped by it: nobody hears that its work has come to an end.
    if (removed === wanted) return counts;
    if (removed > wanted) throw new Error(`Removed ${removed}, wanted ${wanted} so far`);
    await rest(LOOK_EVERY_MS);
  }
  throw new Error(`Not all of ${wanted} jobs were removed in time`);
}
