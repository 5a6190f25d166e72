import type { BillRow } from "./bills.ts";
import type { CallbackRow } from "./callbacks.ts";
import { type CostRow, figureText } from "./cost.ts";
import type { Growth } from "./growth.ts";
import type { Memory, MemoryRow } from "./memory.ts";
import type { PRICES } from "./prices.ts";
import type { Report } from "./report.ts";
import type { ToldRow } from "./told.ts";

/** Every table of `docs/benchmarks/README.md` by the name that its markers have. */
export function tablesOf(report: Report): { readonly [name: string]: string } {
  return {
    run: runText(report),
    costs: costTable(report.costs),
    told: toldTable(report.told),
    bills: billTable(report.bills),
    counts: countTable(report.bills),
    callbacks: callbackTable(report.callbacks),
    growth: report.growth === null ? NOT_MEASURED : growthTable(report.growth),
    memory: report.memory === null ? NOT_MEASURED : memoryTable(report.memory),
    prices: priceTable(report.prices),
  };
}

/**
 * A text with what stands between markers, `<!-- name -->` and `<!-- end -->`, made anew.
 *
 * @throws where a table has no place in the text.
 */
export function withTables(text: string, tables: { readonly [name: string]: string }): string {
  return Object.entries(tables).reduce((whole, [name, table]) => {
    const begin = `<!-- ${name} -->\n`;
    const [before, after] = [whole.indexOf(begin), whole.indexOf(END, whole.indexOf(begin))];
    if (before < 0 || after < 0) throw new Error(`There is no place for the table "${name}"`);
    return `${whole.slice(0, before)}${begin}\n${table}\n\n${whole.slice(after)}`;
  }, text);
}

const END = "<!-- end -->";
const NOT_MEASURED = "Not measured in this run.";

function runText({ date, seconds, machine, pairs, ...report }: Report): string {
  const { cores, memory_gib: gib, platform, node, workerd, miniflare, wrangler } = machine;
  return [
    `The run of ${date.slice(0, 10)}, which took ${seconds} s on ${cores} cores with ${gib} GiB of memory (${platform}):`,
    `workerd ${workerd}, Miniflare ${miniflare}, wrangler ${wrangler}, Node ${node}; ${pairs} pairs.`,
    `The gateway's bundle has ${report.bundle_gzip_kib} KiB gzipped.`,
  ].join("\n");
}

function costTable(rows: readonly CostRow[]): string {
  return table(
    ["what", "floor", "Holdline", "ratio", "target"],
    rows.map((row) => [
      row.what,
      figureText(row, "floor"),
      figureText(row, "holdline"),
      row.ratio.toFixed(2),
      targetText(row),
    ]),
  );
}

function toldTable(rows: readonly ToldRow[]): string {
  return table(
    ["what", "floor p50", "floor p99", "p50", "p99", "last (of the slowest)", "target"],
    rows.map((row) => [
      row.what,
      ...(row.floor === null ? ["", ""] : [`${row.floor.p50_ms} ms`, `${row.floor.p99_ms} ms`]),
      `${row.p50_ms} ms`,
      `${row.p99_ms} ms`,
      row.spread_ms === null ? "" : `${row.spread_ms.last} (${row.spread_ms.worst}) ms`,
      targetText(row),
    ]),
  );
}

function billTable(rows: readonly BillRow[]): string {
  const dollars = (number: number) => `$${number.toFixed(2)}`;
  return table(
    ["a million jobs", "rows", "requests", "queue", "bucket", "rest", "all", "stored", "target"],
    rows.map(
      ({ what, dollars: each, dollars_per_million: all, storage_dollars: stored, ...row }) => [
        what,
        dollars(each.rows_written),
        dollars(each.worker_requests + each.object_requests),
        dollars(each.queue_operations),
        dollars(each.bucket_class_a + each.bucket_class_b),
        dollars(each.worker_cpu_ms + each.object_active_ms + each.rows_read),
        `**${dollars(all)}**`,
        stored === null ? "" : dollars(stored),
        targetText(row),
      ],
    ),
  );
}

function countTable(rows: readonly BillRow[]): string {
  return table(
    [
      "one job",
      "rows written",
      "rows read",
      "Worker requests",
      "object requests",
      "queue",
      "bucket A",
      "bucket B",
      "active",
      "processor",
    ],
    rows.map(({ what, bill }) => [
      what,
      short(bill.rows_written),
      short(bill.rows_read),
      short(bill.worker_requests),
      short(bill.object_requests),
      short(bill.queue_operations),
      short(bill.bucket_class_a),
      short(bill.bucket_class_b),
      `${short(bill.object_active_ms)} ms`,
      `${short(bill.worker_cpu_ms)} ms`,
    ]),
  );
}

function callbackTable(rows: readonly CallbackRow[]): string {
  return table(
    ["what", "deliveries", "rows", "messages", "batches", "job calls", "switch calls", "target"],
    rows.map((row) => [
      row.what,
      String(row.deliveries),
      short(row.rows),
      short(row.messages),
      short(row.batches),
      short(row.job_requests),
      short(row.switch_requests),
      targetText(row),
    ]),
  );
}

function growthTable({ levels, ratio, ...growth }: Growth): string {
  const rows = levels.map((level) => [
    level.jobs.toLocaleString("en"),
    `${level.floor_ms_per_job.toFixed(2)} ms`,
    `${level.ms_per_job.toFixed(2)} ms`,
    level.ratio.toFixed(2),
    short(level.rows_written_per_job),
    short(level.rows_read_per_job),
    short(level.object_requests_per_job),
  ]);
  const head = [
    "jobs there",
    "floor",
    "Holdline",
    "ratio",
    "rows written",
    "rows read",
    "requests",
  ];
  return `${table(head, rows)}\n\nLast to first: ${ratio.toFixed(2)} (${targetText(growth)}).`;
}

function memoryTable({ jobs, holdline, floor }: MemoryRow): string {
  const cells = ({ before_mib: before, after_mib: after, after_rest_mib: rested }: Memory) =>
    [before, after, rested].map((mib) => `${mib} MiB`);
  return table(
    ["memory of the server", "before", `after ${jobs.toLocaleString("en")}`, "after a rest"],
    [
      ["floor", ...cells(floor)],
      ["Holdline", ...cells(holdline)],
    ],
  );
}

function priceTable({ dollars_per_million: each, date, source, ...prices }: typeof PRICES): string {
  const rows = Object.entries(each).map(([meter, dollars]) => [
    meter.replaceAll("_", " "),
    `$${Number(dollars.toPrecision(6))}`,
  ]);
  const stored = `Storage in objects: $${prices.dollars_per_gb_month} for a GB and month.`;
  return `${table(["a million", "costs"], rows)}\n\n${stored} Read on ${date}: <${source}>.`;
}

function targetText({
  target,
  isMet,
}: {
  readonly target: string;
  readonly isMet: boolean;
}): string {
  if (target === "") return "";
  return `${target}: ${isMet ? "met" : "**missed**"}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, at) => (at === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function short(number: number): string {
  return String(Math.round(number * 100) / 100);
}
