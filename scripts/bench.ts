/**
 * `npm run bench [-- --pairs N --only cost,told --json FILE --write]`: what a job costs, how soon callers are
 * told, what is billed, and whether any of it grows, beside floors that are measured in the same run: bare
 * objects, queues and streams that call the same plugin. Prints a table and a line of JSON. Takes six
 * to eight minutes on two cores.
 *
 * --only: some of its parts: cost (latency, throughput, the queue, first events), told (delays of who waits
 * or watches), channels (people in Discord), callbacks (what deliveries are billed), bills (dollars for a
 * million jobs of each kind), growth (where many jobs are there), memory. What is counted, in callbacks and
 * bills, is the same on a busy machine.
 *
 * --json writes the figures to a file. --write keeps them as `docs/benchmarks/latest.json` and makes the
 * tables and charts there anew: only with all parts.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benchWorkers } from "./bench/bench-server.ts";
import { keepReport } from "./bench/kept-report.ts";
import { PARTS } from "./bench/parts.ts";
import { PRICES } from "./bench/prices.ts";
import { isAllMet, type Report, reportLines, thisMachine } from "./bench/report.ts";

const PAIRS_DEFAULT = "400";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: PAIRS_DEFAULT },
    only: { type: "string" },
    json: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const names = values.only?.split(",") ?? Object.keys(PARTS);
const unknown = names.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(", ")}: there are ${Object.keys(PARTS)}`);
}
if (values.write && values.only !== undefined) {
  throw new Error("What is kept is a whole run: leave out --only, or --write");
}

const report = await measured(names, Number(values.pairs));
for (const line of reportLines(report)) console.log(line);
console.log(JSON.stringify(report));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.write) keepReport(report);
process.exitCode = isAllMet(report) ? 0 : 1;

/** One part after the other: they share the machine. */
async function measured(parts: readonly string[], pairs: number): Promise<Report> {
  const startedAt = new Date();
  const workers = await benchWorkers();
  let whole: Report = {
    date: startedAt.toISOString(),
    seconds: 0,
    machine: thisMachine(),
    pairs,
    bundle_gzip_kib: workers.gateway.gzipKiB,
    costs: [],
    told: [],
    callbacks: [],
    bills: [],
    prices: PRICES,
    growth: null,
    memory: null,
  };
  for (const name of parts) {
    const partAt = performance.now();
    const part = await PARTS[name]?.(workers, pairs);
    // Two parts say how soon somebody is told.
    whole = { ...whole, ...part, told: [...whole.told, ...(part?.told ?? [])] };
    console.error(`${name}: ${((performance.now() - partAt) / 1000).toFixed(0)} s`);
  }
  return { ...whole, seconds: Math.round((Date.now() - startedAt.getTime()) / 1000) };
}
