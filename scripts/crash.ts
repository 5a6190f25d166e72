/**
 * `npm run test:crash [-- --seed N --seconds N --rate N --report FILE --keep]`: the crash laboratory. A
 * random workload of everything there is, over real HTTP, against the server of `npm start`, which is
 * killed with SIGKILL at random instants; then a checker that reads the history, the receivers, the
 * channels and the server, and says what was lost, doubled, out of order, and who was not told.
 *
 *   --seed N       draws workload, faults and kills; printed, so that it can be given again
 *   --seconds N    of workload and kills, 300 unless given; what comes of it takes its own time after that
 *   --rate N       triggers a second, 8.5 unless given
 *   --report FILE  writes the figures of the run between two marks in that file
 *   --keep         keeps the history, also where nothing is wrong
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { died, unanswered } from "./crash/check/gone.ts";
import { allFaults } from "./crash/check/registry.ts";
import { UnansweredFault } from "./crash/client.ts";
import { coverageOf, gaps } from "./crash/coverage.ts";
import { figuresOf } from "./crash/figures.ts";
import { readHistory } from "./crash/history.ts";
import { openLab } from "./crash/lab.ts";
import { writeReport } from "./crash/report.ts";
import { type LabRun, runLab } from "./crash/run.ts";
import type { Fault } from "./receivers/records.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    seconds: { type: "string", default: "300" },
    rate: { type: "string", default: "8.5" },
    report: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const options = {
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  rate: Number(values.rate),
};

/** Of each fault so many are printed: the others are like it. */
const SHOWN = 5;

const folder = mkdtempSync(join(tmpdir(), "holdline-crash-"));
console.log(`seed ${options.seed}, ${options.seconds} s, ${options.rate} triggers a second`);
const lab = await openLab(folder, options.seed);
try {
  await run();
} finally {
  await lab.stop();
  const isKept = values.keep || process.exitCode !== 0;
  if (isKept) console.log(`The history is in ${lab.history.path}`);
  for (const part of isKept ? ["state", "build"] : ["."]) {
    rmSync(join(folder, part), { recursive: true, force: true });
  }
}
// Whoever was never told would go on asking.
process.exit();

async function run(): Promise<void> {
  process.exitCode = 1;
  const found = await runLab(lab, options).catch((cause: unknown) => {
    if (cause instanceof UnansweredFault) return null;
    throw cause;
  });
  if (found === null) tellGone();
  else await tell(found);
}

/** Nobody can say any more what became of the jobs: what the history says of the server is all. */
function tellGone(): void {
  const entries = readHistory(lab.history.path);
  print([...died({ entries }), ...unanswered({ entries })]);
  console.error(["The last lines of the server:", ...lab.server.lines].join("\n"));
}

async function tell({ evidence, stuck, measures }: LabRun): Promise<void> {
  const coverage = coverageOf(evidence);
  const faults = [
    ...stuck,
    ...(await allFaults(evidence)),
    ...gaps(coverage, options.seconds * 1000),
  ];
  const figures = figuresOf(coverage, faults);
  console.log(JSON.stringify({ ...figures, ...measures, ...coverage }, null, 2));
  print(faults);
  if (faults.length === 0) process.exitCode = 0;
  if (values.report !== undefined) {
    writeReport(values.report, { options, figures, coverage, measures });
  }
}

function print(faults: readonly Fault[]): void {
  for (const [check, all] of Map.groupBy(faults, (fault) => fault.check)) {
    for (const { what } of all.slice(0, SHOWN)) console.error(`${check}: ${what}`);
    if (all.length > SHOWN) console.error(`${check}: ${all.length - SHOWN} more`);
  }
  if (faults.length > 0) console.error(`Repeat it with --seed ${options.seed}`);
}
