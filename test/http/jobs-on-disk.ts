import { readdirSync } from "node:fs";

/** The ids of the jobs that were ever made, in order. A key, a lane or a breaker is no job. */
export function jobsIn(stateDir: string): readonly string[] {
  return readdirSync(stateDir, { recursive: true, encoding: "utf8" })
    .flatMap((path) => /JobObject\/([0-9a-f]{64})\.sqlite$/.exec(path)?.[1] ?? [])
    .toSorted();
}
