import type { TestProject } from "vitest/node";
import { type BuiltWorker, buildWorkers } from "../../scripts/local/build.ts";

type Workers = readonly [BuiltWorker, ...BuiltWorker[]];

declare module "vitest" {
  interface ProvidedContext {
    /** The seed of the sequences in job-model.test.ts. */
    modelSeed: number;
    /** The seed of all that is drawn where mutants of the core are judged. */
    mutantSeed: number;
    /** What `holdline.yaml` says. */
    holdlineYaml: string;
    /** The gateway, then the plugins, bundled as a deployment would. */
    workers: Workers;
  }
}

const KEY = Symbol.for("holdline.test.build");
const shared = globalThis as { [KEY]?: Promise<Workers> };

/** Builds every Worker once for all projects: two builds at a time would write the same folder. */
export default async function globalBuild(project: TestProject): Promise<void> {
  shared[KEY] ??= buildWorkers();
  project.provide("workers", await shared[KEY]);
}
