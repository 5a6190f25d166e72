/**
 * A process that runs the tests of the core against one mutant after the other, in one Vitest: to start
 * one for each would cost more than the tests themselves. The mistake is made in memory, as the file is
 * loaded; the working tree stays as it is. Vitest checks no types, so that a mutant may break them.
 */
import { relative } from "node:path";
import {
  createVitest,
  type TestModule,
  type TestSequencer,
  type TestSpecification,
} from "vitest/node";
import type { Mutant } from "../../test/mutants/mutant.ts";
import { ROOT } from "../local/build.ts";
import { inOrderFor } from "./order.ts";
import { planted } from "./plant.ts";
import type { Question, Verdict } from "./verdict.ts";

const pathOf = (file: string) => relative(ROOT, file);

/** The one that is judged now; `null` = the core as it is. */
let mutant: Mutant | null = null;
let isLoaded = false;

const planting = {
  name: "holdline:mutant",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (mutant === null || pathOf(id) !== mutant.path) return null;
    isLoaded = true;
    return { code: planted(code, mutant), map: null };
  },
};

class NearestFirst implements TestSequencer {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }

  sort(files: TestSpecification[]): TestSpecification[] {
    const paths = files.map(({ moduleId }) => pathOf(moduleId));
    const order = inOrderFor(mutant?.path ?? "", paths);
    const placeOf = ({ moduleId }: TestSpecification) => order.indexOf(pathOf(moduleId));
    return files.toSorted((left, right) => placeOf(left) - placeOf(right));
  }
}

const vitest = await createVitest(
  {
    config: false,
    root: ROOT,
    watch: false,
    include: ["test/core/**/*.test.ts"],
    // Cases are drawn from the seed that is given, so that a mutant has the same verdict each time.
    setupFiles: ["test/mutants/setup.ts"],
    provide: { mutantSeed: Number(process.argv[2]) },
    // A test that takes long on a busy machine has noticed nothing.
    testTimeout: 0,
    bail: 1,
    // One thread, which ends with this process even where a mutant never does.
    pool: "threads",
    maxWorkers: 1,
    // The core keeps nothing between calls, so that test files can share its modules.
    isolate: false,
    // A mutant must be in no cache, and come from none.
    fsModuleCache: false,
    cache: false,
    sequence: { sequencer: NearestFirst },
    reporters: [{}],
  },
  { plugins: [planting] },
);
const tests = await vitest.globTestSpecifications();

process.on("message", async ({ mutant: asked }: Question) =>
  process.send?.(await verdictOn(asked)),
);
process.on("disconnect", () => process.exit());

async function verdictOn(asked: Mutant | null): Promise<Verdict> {
  mutant = asked;
  isLoaded = false;
  forget(asked);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(tests);
  forget(asked);
  // A test that fails of something else has noticed nothing.
  if (asked !== null && !isLoaded) return { kind: "void", why: "no test loads it" };
  const failed = testModules.find((each) => each.state() === "failed");
  if (failed !== undefined) {
    return { kind: "caught", file: failed.relativeModuleId, test: firstFailed(failed) };
  }
  if (unhandledErrors.length > 0) return { kind: "void", why: String(unhandledErrors[0]) };
  return { kind: "missed" };
}

function firstFailed(file: TestModule): string {
  const [test] = file.children.allTests("failed");
  // Some files make their cases of what the core does: they fail before there is a test.
  return test?.fullName ?? `before its first test: ${file.errors()[0]?.message}`;
}

/** The file is loaded anew: with the mistake, and without it. */
function forget(asked: Mutant | null): void {
  if (asked !== null) vitest.invalidateFile(`${ROOT}/${asked.path}`);
}
