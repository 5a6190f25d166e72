import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chartsOf } from "../../scripts/bench/charts/charts.ts";
import { grown } from "../../scripts/bench/growth.ts";
import { isAllMet, type Report } from "../../scripts/bench/report.ts";
import { tablesOf, withTables } from "../../scripts/bench/report-tables.ts";
import { A_REPORT } from "./a-report.ts";

const KEPT = JSON.parse(readFileSync("docs/benchmarks/latest.json", "utf8")) as Report;

describe("the page of the benchmark", () => {
  const page = readFileSync("docs/benchmarks/README.md", "utf8");

  test("has a place for every table, and is the same when they are made again", () => {
    const once = withTables(page, tablesOf(A_REPORT));

    expect(once).toContain("| waited direct, p50 at 1 | 2.00 ms | 2.50 ms | 1.25 | ≤ 1.5: met |");
    expect(once).toContain("| 800/s | 400/s | 0.50 | ≥ 0.6: **missed** |");
    expect(withTables(once, tablesOf(A_REPORT))).toBe(once);
  });

  test("shows the figures that are kept beside it", () => {
    expect(withTables(page, tablesOf(KEPT))).toBe(page);
  });

  test.each(Object.entries(chartsOf(KEPT)))("shows %s as the figures have it", (file, chart) => {
    expect(readFileSync(`docs/benchmarks/${file}`, "utf8")).toBe(chart);
  });

  test("is refused where a table has no place in it", () => {
    expect(() => withTables("<!-- a -->\n<!-- end -->", { b: "" })).toThrow(
      new Error('There is no place for the table "b"'),
    );
  });
});

describe("growth", () => {
  const level = {
    jobs: 100,
    floor_ms_per_job: 2,
    ms_per_job: 3,
    ratio: 1.5,
    rows_written_per_job: 4,
    rows_read_per_job: 2,
    object_requests_per_job: 1,
  };

  test.each([
    { name: "a little slower", last: { ratio: 1.8 }, ratio: 1.2, isMet: true },
    { name: "much slower", last: { ratio: 1.83 }, ratio: 1.22, isMet: false },
    { name: "with one more row", last: { rows_written_per_job: 4.01 }, ratio: 1, isMet: false },
    { name: "with one more request", last: { object_requests_per_job: 2 }, ratio: 1, isMet: false },
  ])("is judged by the last level over the first: $name", ({ last, ratio, isMet }) => {
    const judged = grown([level, { ...level, ratio: 9 }, { ...level, ...last }]);

    expect([judged.ratio, judged.isMet]).toEqual([ratio, isMet]);
  });

  test("has the same counts only where all levels have them", () => {
    const between = { ...level, rows_read_per_job: 3 };

    expect(grown([level, between, level])).toMatchObject({ has_same_counts: false, isMet: false });
  });
});

describe("a run", () => {
  const met = { ...A_REPORT, costs: A_REPORT.costs.filter(({ isMet }) => isMet) };

  test("is good when all that has a target has met it", () => {
    expect(isAllMet(met)).toBe(true);
    expect(isAllMet(A_REPORT)).toBe(false);
    expect(isAllMet({ ...met, bundle_gzip_kib: 151 })).toBe(false);
  });
});
