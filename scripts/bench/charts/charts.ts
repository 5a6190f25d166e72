import type { BillRow } from "../bills.ts";
import { type CostRow, figureText } from "../cost.ts";
import type { Growth } from "../growth.ts";
import { METERS, type Meter } from "../prices.ts";
import type { Report } from "../report.ts";
import type { ToldRow } from "../told.ts";
import { type Bar, barChart } from "./bar-chart.ts";
import { lineChart } from "./line-chart.ts";
import { stackedChart } from "./stacked-chart.ts";

const BOTH = [
  ["floor", "the platform's floor"],
  ["holdline", "Holdline"],
] as const;

/** Every chart by its file's name. What was not measured has none. */
export function chartsOf(report: Report): { readonly [file: string]: string } {
  const { costs, told, bills, growth } = report;
  return {
    ...(costs.length === 0 ? {} : { "latency.svg": latencyChart(costs) }),
    ...(told.length === 0 ? {} : { "told.svg": toldChart(told) }),
    ...(bills.length === 0 ? {} : { "dollars.svg": dollarsChart(bills) }),
    ...(growth === null ? {} : { "growth.svg": growthChart(growth) }),
  };
}

function latencyChart(costs: readonly CostRow[]): string {
  const rows = costs.filter(({ unit, what }) => unit === "ms" && what.includes("p50"));
  return barChart({
    title: "Latency beside the platform's floor",
    subtitle: "Milliseconds at one caller, the middle of all (p50). Shorter is better.",
    desc: inWords(
      rows,
      (row) => `${row.what}: ${figureText(row, "holdline")}, floor ${figureText(row, "floor")}`,
    ),
    unit: " ms",
    key: BOTH,
    groups: rows.map((row) => ({
      label: row.what.replace(", p50 at 1", "").replace(", p50", ""),
      bars: [
        { colour: "floor", value: row.floor, says: figureText(row, "floor") },
        {
          colour: "holdline",
          value: row.holdline,
          says: `${figureText(row, "holdline")}, × ${row.ratio.toFixed(2)}`,
        },
      ],
    })),
  });
}

function toldChart(told: readonly ToldRow[]): string {
  return barChart({
    title: "How soon callers are told",
    subtitle: "Milliseconds, 99 of 100 sooner (p99); of crowds, the last one. Shorter is better.",
    desc: inWords(told, (row) => `${row.what}: ${toldText(row)}`),
    unit: " ms",
    key: BOTH,
    groups: told.map((row) => ({ label: row.what, bars: toldBars(row) })),
  });
}

function toldBars(row: ToldRow): readonly Bar[] {
  const { floor, spread_ms: spread } = row;
  const own: Bar = {
    colour: "holdline",
    value: spread?.last ?? row.p99_ms,
    says: toldText(row),
  };
  if (floor === null) return [own];
  const says = `p50 ${floor.p50_ms}, p99 ${floor.p99_ms} ms`;
  return [{ colour: "floor", value: floor.p99_ms, says }, own];
}

function toldText({ p50_ms: p50, p99_ms: p99, spread_ms: spread }: ToldRow): string {
  return spread === null ? `p50 ${p50}, p99 ${p99} ms` : `p50 ${p50}, last ${spread.last} ms`;
}

/** What is told apart in the chart: the rest is too little to be seen. */
const PARTS: readonly (readonly [string, readonly Meter[]])[] = [
  ["rows written", ["rows_written"]],
  ["object requests", ["object_requests"]],
  ["Worker requests", ["worker_requests"]],
  ["queue", ["queue_operations"]],
  ["bucket", ["bucket_class_a", "bucket_class_b"]],
];

const REST: readonly Meter[] = METERS.filter(
  (meter) => !PARTS.some(([, meters]) => meters.includes(meter)),
);

function dollarsChart(bills: readonly BillRow[]): string {
  const parts = [...PARTS, ["processor, time, reading", REST] as const];
  return stackedChart({
    title: "Dollars for a million jobs",
    subtitle:
      "By kind of job and what is billed, beyond what the plan includes. Storage is not in it.",
    desc: inWords(bills, (row) => `${row.what}: $${row.dollars_per_million.toFixed(2)}`),
    unit: "$",
    parts: parts.map(([name]) => name),
    stacks: bills.map(({ what, dollars, dollars_per_million: total }) => ({
      label: what,
      parts: parts.map(([, meters]) => meters.reduce((sum, meter) => sum + dollars[meter], 0)),
      says: `$${total.toFixed(2)}`,
    })),
  });
}

/** Over the floor that was timed in turn with it, so that a machine that gets slower draws no slope. */
function growthChart({ levels, ratio, has_same_counts: isSame }: Growth): string {
  const counts = `Rows and requests: ${isSame ? "the same" : "not the same"} at each.`;
  return lineChart({
    title: "One more job, where many are already",
    subtitle: `Time over the floor's, 8 at once. Last to first: ${ratio.toFixed(2)}. ${counts}`,
    desc: inWords(
      levels,
      ({ jobs, ...level }) => `with ${jobs} jobs: ${level.ratio.toFixed(2)} times the floor`,
    ),
    unit: " ×",
    key: BOTH,
    placesAre: "jobs that are there already",
    places: levels.map(({ jobs }) => jobs.toLocaleString("en")),
    lines: [
      { colour: "floor", values: levels.map(() => 1) },
      { colour: "holdline", values: levels.map((level) => level.ratio) },
    ],
  });
}

function inWords<Row>(rows: readonly Row[], words: (row: Row) => string): string {
  return `${rows.map(words).join("; ")}.`;
}
