import type { Send } from "./client.ts";
import type { Bill } from "./prices.ts";

/** Over a socket to an object, so many messages are billed as one request. */
const MESSAGES_PER_REQUEST = 20;

/** Two looks in a row that see the same: nothing is underway any more. */
const LOOK_EVERY_MS = 50;
const QUIET_MS_MAX = 30_000;

/** What the counted gateway has counted, by its names. */
export type Counts = { readonly [what: string]: number };

export type Counted = {
  readonly counts: Counts;
  /** How many calls and promises keep objects active. */
  readonly underway: number;
  /** Of the job that was asked for, as SQLite has it. */
  readonly stored: { readonly rows: number; readonly bytes: number } | null;
};

export async function counted(gateway: Send, jobId?: string): Promise<Counted> {
  const query = jobId === undefined ? "" : `?job=${jobId}`;
  return JSON.parse(await gateway(`/counted${query}`, null)) as Counted;
}

/** The counts once nothing is underway: no call, no promise, no message. */
export async function countedAtRest(gateway: Send): Promise<Counts> {
  const until = performance.now() + QUIET_MS_MAX;
  let before = "";
  while (performance.now() < until) {
    const { counts, underway } = await counted(gateway);
    const now = JSON.stringify(counts);
    const isSettled = (counts["queue.write"] ?? 0) === (counts["queue.delete"] ?? 0);
    if (underway === 0 && isSettled && now === before) return counts;
    before = now;
    await rest(LOOK_EVERY_MS);
  }
  throw new Error(`Still busy after ${QUIET_MS_MAX} ms: ${before}`);
}

/** What was counted between two looks. */
export function countsBetween(before: Counts, after: Counts): Counts {
  const names = Object.keys(after);
  return Object.fromEntries(names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
}

/**
 * What of a bill the gateway counts, for one of so many things. The processor's time it cannot know.
 *
 * @param counts Of all of them together.
 */
export function billOf(counts: Counts, things: number): Omit<Bill, "worker_cpu_ms"> {
  const per = (test: (what: string) => boolean) => sumWhere(counts, test) / things;
  const ends = (end: string) => per((what) => isOfObject(what) && what.endsWith(end));
  const messages = ends(".webSocketMessage");
  return {
    worker_requests: per((what) => what.startsWith("worker.")),
    object_requests: per(isObjectRequest) + messages / MESSAGES_PER_REQUEST,
    object_active_ms: ends(".active_ms"),
    rows_written: ends(".rows_written"),
    rows_read: ends(".rows_read"),
    queue_operations: per((what) => what.startsWith("queue.")),
    bucket_class_a: per((what) => what === "r2.a"),
    bucket_class_b: per((what) => what === "r2.b"),
  };
}

/** What is counted of objects beside the calls that are billed as requests. */
const NO_REQUESTS = [
  "constructor",
  "removed",
  "active_ms",
  "rows_written",
  "rows_read",
  "webSocketMessage",
];

/** The names of namespaces are in capitals. */
function isOfObject(what: string): boolean {
  return /^[A-Z]+\./.test(what);
}

function isObjectRequest(what: string): boolean {
  return isOfObject(what) && !NO_REQUESTS.includes(what.split(".")[1] ?? "");
}

function sumWhere(counts: Counts, test: (what: string) => boolean): number {
  return Object.entries(counts).reduce((sum, [what, n]) => sum + (test(what) ? n : 0), 0);
}

export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
