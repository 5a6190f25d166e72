import { only } from "../history.ts";
import { type Check, type Evidence, plannedOf } from "./evidence.ts";

/** One key, one piece of work, one delivery: one job, whoever was told, and when. */
export const doubledJobs: Check = (evidence) => {
  const known = [...only(evidence.entries, "triggered"), ...keyedJobs(evidence)];
  const byName = Map.groupBy(known, ({ name }) => name);
  return [...byName].flatMap(([name, jobs]) => {
    const ids = new Set(jobs.map(({ jobId }) => jobId));
    if (ids.size === 1) return [];
    return [{ check: "doubled_job", what: `${name} is ${[...ids].join(" and ")}` }];
  });
};

/** Also one that nobody was told of, because the server died first: it must be the one of its key. */
function keyedJobs(
  evidence: Evidence,
): readonly { readonly name: string; readonly jobId: string }[] {
  return evidence.pages.flatMap((page) => {
    const planned = plannedOf(evidence, page);
    const isFirst = page.job.retry_of === null;
    if (planned === null || planned.work.copies === 0 || !isFirst) return [];
    return [{ name: planned.name, jobId: page.jobId }];
  });
}
