/**
 * `npm run bench:charts [-- FILE]`: makes the tables and charts in `docs/benchmarks/` anew, from the figures
 * of a run: those that are kept there, or those of a file that `npm run bench -- --json FILE` wrote.
 */
import { readFileSync } from "node:fs";
import { KEPT, showReport } from "./bench/kept-report.ts";
import type { Report } from "./bench/report.ts";

const [file = KEPT] = process.argv.slice(2);
showReport(JSON.parse(readFileSync(file, "utf8")) as Report);
