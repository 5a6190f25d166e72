/**
 * `npm run test:mutants [-- --only <part of a mistake or path> --seed N --list]`: makes one mistake after
 * the other in the core, and sees whether a test notices. Fails where fewer than 95 % are noticed.
 *
 * The list of mistakes (`test/mutants`) is our own, and not drawn by a tool such as Stryker: it can be read
 * as what the tests protect, every entry is a mistake that somebody might make, all of them are judged in
 * minutes, and no package is needed. The price is that nobody makes a mistake that nobody thought of.
 *
 * Each mistake is judged by all tests of the core, until the first of them fails; the line names it. What is
 * drawn is drawn from one seed, so that the verdict is the same each time. Before and after, every judge
 * must find the core as it is in order: whatever a mutant leaves behind would spoil the verdicts after it.
 */
import { parseArgs } from "node:util";
import { MUTANTS } from "../test/mutants/all.ts";
import type { Mutant } from "../test/mutants/mutant.ts";
import { JudgeProcess } from "./mutants/judge-process.ts";
import type { Verdict } from "./mutants/verdict.ts";

/** As many of the mistakes have to be noticed. */
const SHARE_MIN = 0.95;

/** More would only wait for each other on the machines that this is for, which have two cores. */
const JUDGES = 2;

type Judged = { readonly mutant: Mutant; readonly verdict: Verdict };

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seed: { type: "string", default: "7" },
    list: { type: "boolean", default: false },
  },
});
const chosen = MUTANTS.filter((mutant) => titleOf(mutant).includes(values.only));

if (chosen.length === 0) throw new Error(`No mutant is called anything like '${values.only}'`);
if (values.list) for (const mutant of chosen) console.log(titleOf(mutant));
else await judgeAll();

async function judgeAll(): Promise<void> {
  const startedAt = Date.now();
  console.log(`${chosen.length} mutants, seed ${values.seed}`);
  const rest = chosen.values();
  const judged: Judged[] = [];
  const judges = Array.from({ length: JUDGES }, () => new JudgeProcess(Number(values.seed)));
  const controls = await Promise.all(
    judges.map(async (judge) => {
      const before = await judge.verdictOn(null);
      for (const mutant of rest) judged.push(await shown(mutant, judge));
      const after = await judge.verdictOn(null);
      judge.end();
      return [before, after];
    }),
  );
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  report(judged, { controls: controls.flat(), seconds });
}

async function shown(mutant: Mutant, judge: JudgeProcess): Promise<Judged> {
  const verdict = await judge.verdictOn(mutant);
  console.log(`${titleOf(mutant)}: ${wordsFor(verdict)}`);
  return { mutant, verdict };
}

function titleOf({ path, mistake }: Mutant): string {
  return `${path}: ${mistake}`;
}

function wordsFor(verdict: Verdict): string {
  switch (verdict.kind) {
    case "caught":
      return `caught by ${verdict.file} (${verdict.test})`;
    case "missed":
      return "MISSED";
    case "hung":
      return "HUNG";
    case "void":
      return `VOID, ${verdict.why}`;
  }
}

function report(
  judged: readonly Judged[],
  { controls, seconds }: { readonly controls: readonly Verdict[]; readonly seconds: number },
): void {
  const titles = (kind: Verdict["kind"]) =>
    judged.filter(({ verdict }) => verdict.kind === kind).map(({ mutant }) => titleOf(mutant));
  const [missed, hung, unjudged] = [titles("missed"), titles("hung"), titles("void")];
  const caught = titles("caught").length;
  const share = caught / judged.length;
  // Every test passes: of the core as it is that is right.
  const isSound = controls.every(({ kind }) => kind === "missed");
  if (!isSound) console.error(`The core as it is fails: ${controls.map(wordsFor).join("; ")}`);
  for (const title of [...missed, ...hung, ...unjudged]) console.error(`Not caught: ${title}`);
  console.log(
    `${caught} of ${judged.length} caught (${(100 * share).toFixed(1)} %) in ${seconds} s`,
  );
  console.log(
    JSON.stringify({
      mutants: judged.length,
      caught,
      share,
      missed,
      hung,
      void: unjudged,
      isSound,
      seed: Number(values.seed),
      seconds,
    }),
  );
  const isEnough = share >= SHARE_MIN && unjudged.length === 0 && isSound;
  process.exitCode = isEnough ? 0 : 1;
}
