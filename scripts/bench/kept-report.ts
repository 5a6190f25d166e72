import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../local/build.ts";
import { chartsOf } from "./charts/charts.ts";
import type { Report } from "./report.ts";
import { tablesOf, withTables } from "./report-tables.ts";

const FOLDER = join(ROOT, "docs", "benchmarks");

/** The figures that the tables and charts of the documents show. */
export const KEPT = join(FOLDER, "latest.json");

/** Keeps the figures of a run, and shows them. */
export function keepReport(report: Report): void {
  writeFileSync(KEPT, `${JSON.stringify(report, null, 2)}\n`);
  showReport(report);
}

/** Makes the tables and charts of the documents anew. */
export function showReport(report: Report): void {
  const page = join(FOLDER, "README.md");
  writeFileSync(page, withTables(readFileSync(page, "utf8"), tablesOf(report)));
  for (const [file, chart] of Object.entries(chartsOf(report))) {
    writeFileSync(join(FOLDER, file), chart);
  }
}
