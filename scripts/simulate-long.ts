/**
 * `npm run simulate:long [-- --seed N --jobs N --bug "one slot too many"]`: runs the simulation of the core (test/simulation) until
 * so many jobs have come to their end, and prints what they met. Ends with status 1 when a promise is
 * broken, with the smallest run that breaks it as a story, or when some kind of fault came too rarely.
 * With the name of a planted bug (test/simulation/planted-bugs.ts) it shows what that looks like.
 */
import { parseArgs } from "node:util";
import { CORE, type Core } from "../test/simulation/core.ts";
import { Coverage, missingIn } from "../test/simulation/coverage.ts";
import { FAULT_KINDS } from "../test/simulation/faults.ts";
import { EDGES } from "../test/simulation/lifecycle.ts";
import { PLANTED_BUGS } from "../test/simulation/planted-bugs.ts";
import { type Found, search } from "../test/simulation/search.ts";
import { simulate } from "../test/simulation/simulate.ts";
import { storyOf } from "../test/simulation/story.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    jobs: { type: "string", default: "100000" },
    bug: { type: "string" },
  },
});
const options = { seed: Number(values.seed), jobs: Number(values.jobs) };
const core = values.bug === undefined ? CORE : coreWith(values.bug);

/** Runs of one seed, before the next one has its turn. */
const RUNS = 1000;
const TOLD_EVERY_MS = 10_000;

const coverage = new Coverage();
const startedAt = Date.now();
console.log(`seed ${options.seed}, at least ${options.jobs} jobs`);

let seed = options.seed;
let found = search({ seed, runs: RUNS, core, coverage });
for (let toldAt = startedAt; found === null && coverage.jobs < options.jobs; ) {
  seed += 1;
  found = search({ seed, runs: RUNS, core, coverage });
  if (Date.now() - toldAt < TOLD_EVERY_MS) continue;
  toldAt = Date.now();
  console.error(`${coverage.jobs} jobs, ${coverage.runs} runs, ${secondsSince(startedAt)} s`);
}
report(found);

function report(broken: Found | null): void {
  const missing = broken === null ? missingIn(coverage) : [];
  const seconds = secondsSince(startedAt);
  console.log(table(seconds));
  for (const line of missing) console.log(`TOO RARE  ${line}`);
  if (broken !== null) tell(broken);
  console.log(
    JSON.stringify({ ...figures(seconds), violations: broken === null ? 0 : 1, missing }),
  );
  process.exitCode = broken !== null || missing.length > 0 ? 1 : 0;
}

/** The smallest run that breaks the promise, as a story, and how to see it again. */
function tell({ run, tape, violation, faults }: Found): void {
  console.log(`\nBROKEN ${violation.invariant} in run ${run} of seed ${seed}`);
  console.log(`Left of it: ${faults.join(", ") || "no fault at all"}\n`);
  console.log(storyOf(simulate(tape, { core }).history));
  console.log(`\nThe tape: ${JSON.stringify(tape)}`);
  const bug = values.bug === undefined ? "" : ` --bug "${values.bug}"`;
  console.log(`Again: npm run simulate:long -- --seed ${seed} --jobs 1${bug}`);
}

function coreWith(bug: string): Core {
  const planted = PLANTED_BUGS.find(({ name }) => name === bug);
  if (planted !== undefined) return planted.core;
  const names = PLANTED_BUGS.map(({ name }) => `"${name}"`).join(", ");
  throw new Error(`Cannot plant the bug "${bug}": there are ${names}`);
}

function figures(seconds: number) {
  const { runs, jobs, events, virtualMs, faults, ends, edges } = coverage;
  return {
    seed: options.seed,
    runs,
    jobs,
    events,
    virtualDays: Math.round(virtualMs / 86_400_000),
    seconds,
    jobsPerSecond: Math.round(jobs / Math.max(seconds, 0.001)),
    faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, faults.get(kind) ?? 0])),
    ends: Object.fromEntries(ends),
    edges: Object.fromEntries(EDGES.map((edge) => [edge, edges.get(edge) ?? 0])),
  };
}

function table(seconds: number): string {
  const { faults, ends, edges, ...numbers } = figures(seconds);
  return [
    section("what", numbers),
    section("faults", faults),
    section("ends", ends),
    section("ways from state to state", edges),
  ].join("\n");
}

function section(title: string, counts: { readonly [name: string]: number }): string {
  const rows = Object.entries(counts).map(
    ([name, count]) => `  ${name.padEnd(36)} ${String(count).padStart(10)}`,
  );
  return [`\n${title}`, ...rows].join("\n");
}

function secondsSince(at: number): number {
  return Math.round((Date.now() - at) / 100) / 10;
}
