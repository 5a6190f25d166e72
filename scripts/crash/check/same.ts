import { only } from "../history.ts";
import type { Check } from "./evidence.ts";

/** One key, one piece of work, one delivery: one job, whoever was told, and when. */
export const doubledJobs: Check = ({ entries }) => {
  const byName = Map.groupBy(only(entries, "triggered"), ({ name }) => name);
  return [...byName].flatMap(([name, told]) => {
    const ids = new Set(told.map(({ jobId }) => jobId));
    if (ids.size === 1) return [];
    const what = `${name} (${told[0]?.kind}) is ${[...ids].join(" and ")}`;
    return [{ check: "doubled_job", what }];
  });
};
