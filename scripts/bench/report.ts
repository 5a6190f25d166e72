import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../local/build.ts";
import { type BillRow, billLine } from "./bills.ts";
import { type CallbackRow, callbackLine } from "./callbacks.ts";
import { type CostRow, costLine } from "./cost.ts";
import { type Growth, growthLines } from "./growth.ts";
import { type MemoryRow, memoryLine } from "./memory.ts";
import type { PRICES } from "./prices.ts";
import { type ToldRow, toldLine } from "./told.ts";

/** Beyond this the gateway takes too long to start. */
const BUNDLE_KIB_MAX = 150;

/** Everything that one run has measured. Written as JSON, and read again for tables and charts. */
export type Report = {
  /** When the run began, and how long it took. */
  readonly date: string;
  readonly seconds: number;
  readonly machine: Machine;
  /** How often each of two was timed in turn with the other. */
  readonly pairs: number;
  readonly bundle_gzip_kib: number;
  readonly costs: readonly CostRow[];
  readonly told: readonly ToldRow[];
  readonly callbacks: readonly CallbackRow[];
  readonly bills: readonly BillRow[];
  readonly prices: typeof PRICES;
  /** `null` = that part was left out. */
  readonly growth: Growth | null;
  /** As above, or the system does not say. */
  readonly memory: MemoryRow | null;
};

export type Machine = {
  readonly cores: number;
  readonly memory_gib: number;
  readonly platform: string;
  readonly node: string;
  readonly workerd: string;
  readonly miniflare: string;
  readonly wrangler: string;
};

const GIB = 1_073_741_824;

/** The machine and the versions that a run is about. */
export function thisMachine(): Machine {
  return {
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / GIB),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    workerd: versionOf("workerd"),
    miniflare: versionOf("miniflare"),
    wrangler: versionOf("wrangler"),
  };
}

function versionOf(name: string): string {
  const path = join(ROOT, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}

/** What is printed at the end of a run. */
export function reportLines(report: Report): readonly string[] {
  return [
    ...report.costs.map(costLine),
    ...report.told.map(toldLine),
    ...report.callbacks.map(callbackLine),
    ...report.bills.map(billLine),
    ...(report.growth === null ? [] : growthLines(report.growth)),
    ...(report.memory === null ? [] : [memoryLine(report.memory)]),
    `The gateway's bundle: ${report.bundle_gzip_kib} KiB gzipped (at most ${BUNDLE_KIB_MAX})`,
  ];
}

/** Whether everything that has a target has met it. */
export function isAllMet({ costs, told, callbacks, bills, growth, ...report }: Report): boolean {
  const rows = [...costs, ...told, ...callbacks, ...bills, ...(growth === null ? [] : [growth])];
  return report.bundle_gzip_kib <= BUNDLE_KIB_MAX && rows.every(({ isMet }) => isMet);
}
