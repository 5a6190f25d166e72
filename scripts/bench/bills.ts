import type { BenchServer, Runner } from "./bench-server.ts";
import { type CountedKind, countKind } from "./count-kind.ts";
import { billOf } from "./counted.ts";
import { KINDS, type Kind } from "./kinds.ts";
import {
  type Bill,
  type Dollars,
  dollarsPerMillion,
  storageDollarsPerMillion,
  sumOf,
  sumOfBills,
} from "./prices.ts";
import type { Removals } from "./removal.ts";

/** As long as a job is kept where nothing else is said, in days. */
const RETENTION_DAYS = 30;

/** What is billed for one job of a kind, its removal after its retention among it. */
export type BillRow = {
  readonly what: string;
  readonly jobs: number;
  readonly bill: Bill;
  /** Dollars for a million such jobs, by what is billed, and all together. */
  readonly dollars: Dollars;
  readonly dollars_per_million: number;
  /** Beside it: dollars to store a million such jobs for thirty days; `null` = not measured. */
  readonly storage_dollars: number | null;
  readonly target: string;
  readonly isMet: boolean;
};

/** A kind as it was counted with one of the runners, its removal not yet among it. */
export type CountedBill = {
  readonly what: string;
  readonly kind: Kind;
  readonly counted: CountedKind;
};

/** Counts every kind that is counted with this runner. */
export async function countedBills(
  server: BenchServer,
  runner: Runner,
): Promise<readonly CountedBill[]> {
  const bills: CountedBill[] = [];
  for (const kind of KINDS) {
    if (runner === "object" && kind.isQueued !== true) continue;
    const what = kind.isQueued === true ? `${kind.name}, ${runner}` : kind.name;
    bills.push({ what, kind, counted: await countKind(server, kind) });
  }
  return bills;
}

/** What a kind costs, with the removal of its jobs. */
export function billRow({ what, kind, counted }: CountedBill, removals: Removals): BillRow {
  const { counts, jobs, cpu_ms: cpu, stored_bytes: bytes } = counted;
  const untilEnd: Bill = { ...billOf(counts, jobs), worker_cpu_ms: (cpu ?? 0) / jobs };
  const removal = kind.keepsArtifact === true ? removals.withArtifact : removals.plain;
  const bill = sumOfBills(untilEnd, removal);
  const dollars = dollarsPerMillion(bill);
  const total = sumOf(dollars);
  const most = kind.dollarsMax;
  return {
    what,
    jobs,
    bill,
    dollars,
    dollars_per_million: total,
    storage_dollars: bytes === null ? null : storageDollarsPerMillion(bytes, RETENTION_DAYS),
    target: most === undefined ? "" : `≤ $${most}`,
    isMet: most === undefined || total <= most,
  };
}

/** The row as a line of the table. */
export function billLine({ what, bill, target, isMet, ...row }: BillRow): string {
  const stored = row.storage_dollars;
  const storage = stored === null ? "" : `and $${stored.toFixed(2)} stored`;
  const columns = [
    what.padEnd(34),
    `$${row.dollars_per_million.toFixed(2)} a million`.padStart(17),
    `rows ${short(bill.rows_written)}/${short(bill.rows_read)}`,
    `requests ${short(bill.worker_requests)} + ${short(bill.object_requests)}`,
    `queue ${short(bill.queue_operations)}`,
    `bucket ${short(bill.bucket_class_a)}/${short(bill.bucket_class_b)}`,
    `active ${short(bill.object_active_ms)} ms`,
    `cpu ${short(bill.worker_cpu_ms)} ms`,
    storage,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.filter((column) => column !== "").join("  ");
}

function short(number: number): string {
  return String(Math.round(number * 100) / 100);
}
