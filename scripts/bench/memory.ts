import type { BenchServer } from "./bench-server.ts";
import { clientOf, FLOOR_HOST } from "./client.ts";
import { rest } from "./counted.ts";
import { fill } from "./fill.ts";
import type { Work } from "./measure.ts";
import { residentMib } from "./server-process.ts";

const JOBS = 10_000;

/** Objects that nobody asks any more go after ten seconds. */
const REST_MS = 12_000;

const BODY = { payload: { text: "hello" } };

/** What the server's process holds of the machine's memory, in whole MiB. */
export type Memory = {
  readonly before_mib: number;
  readonly after_mib: number;
  /** When the objects of the last jobs are gone as well. */
  readonly after_rest_mib: number;
};

export type MemoryRow = {
  readonly jobs: number;
  readonly holdline: Memory;
  /** Of a server on which as many bare objects did the same work. */
  readonly floor: Memory;
};

/** Before and after ten thousand jobs; `null` where the system does not say. */
export async function memoryOfJobs(server: BenchServer): Promise<Memory | null> {
  const gateway = clientOf(server.url, new URL(server.url).host);
  return memoryOf(server, {
    run: () => gateway("/trigger/lab/echo", { ...BODY, wait: true }),
  });
}

export async function memoryOfFloor(server: BenchServer): Promise<Memory | null> {
  const floor = clientOf(server.url, FLOOR_HOST);
  return memoryOf(server, { run: () => floor("/direct", BODY) });
}

export function memoryRow(holdline: Memory | null, floor: Memory | null): MemoryRow | null {
  return holdline === null || floor === null ? null : { jobs: JOBS, holdline, floor };
}

async function memoryOf({ pid }: BenchServer, work: Work): Promise<Memory | null> {
  if (pid === null) {
    console.error("The memory of the server is left out: the system has no /proc");
    return null;
  }
  const held = () => Math.round(residentMib(pid));
  const before = held();
  await fill(work, JOBS);
  const after = held();
  await rest(REST_MS);
  return { before_mib: before, after_mib: after, after_rest_mib: held() };
}

/** The row as a line of the table. */
export function memoryLine({ jobs, holdline, floor }: MemoryRow): string {
  const what = `memory after ${jobs.toLocaleString("en")} jobs`.padEnd(34);
  return `${what}  floor ${memoryText(floor)}  holdline ${memoryText(holdline)}`;
}

function memoryText({ before_mib: before, after_mib: after, ...memory }: Memory): string {
  return `${before} → ${after} MiB, ${memory.after_rest_mib} MiB after a rest`;
}
