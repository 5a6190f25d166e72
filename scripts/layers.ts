/** `npm run layers`: imports go one way. Fails when a rule is broken, and when nothing was read. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./local/build.ts";

/** Fewer files than this means that the tool could not read them, not that they are clean. */
const MODULES_MIN = 60;

type Report = {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
};

const depcruise = join(ROOT, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
const { stdout, stderr } = spawnSync(
  process.execPath,
  [depcruise, "src", "workers", "--output-type", "json"],
  { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 28 },
);
if (stdout === "") throw new Error(`Cannot read the imports: ${stderr}`);
const { summary } = JSON.parse(stdout) as Report;
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
const { length } = summary.violations;
console.log(`layers: read ${summary.totalCruised} files, found ${length} breaches`);
process.exitCode = summary.totalCruised < MODULES_MIN || length > 0 ? 1 : 0;
