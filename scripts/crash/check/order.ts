import { only } from "../history.ts";
import type { Check } from "./evidence.ts";

/**
 * Who reads events has 1, 2, 3…, none twice and none left out, across all reconnects; and each of them is
 * the one that the log has in the end: what was told once is not told otherwise.
 */
export const streams: Check = ({ entries, pages }) => {
  const logsByJob = new Map(pages.map(({ jobId, events }) => [jobId, events]));
  const jobs = new Map(only(entries, "hears").map(({ n, jobId }) => [n, jobId]));
  const readers = Map.groupBy(only(entries, "event"), ({ n }) => n);
  return [...readers].flatMap(([n, events]) => {
    const log = logsByJob.get(jobs.get(n) ?? "") ?? [];
    const isOrdered = events.every(({ seq }, index) => seq === index + 1);
    const other = events.find(({ seq, type, at }) => {
      const kept = log[seq - 1];
      return kept?.type !== type || kept.at !== at;
    });
    if (isOrdered && other === undefined) return [];
    const seqs = events.map(({ seq }) => seq).join(", ");
    const what = isOrdered ? `${other?.seq} is another event in the log` : seqs;
    return [{ check: "out_of_order", what: `reader ${n}: ${what}` }];
  });
};

/** So does the log itself. */
export const logs: Check = ({ pages }) =>
  pages
    .filter(({ events }) => !events.every(({ seq }, index) => seq === index + 1))
    .map(({ jobId, events }) => {
      const seqs = events.map(({ seq }) => seq).join(", ");
      return { check: "out_of_order", what: `log of ${jobId}: ${seqs}` };
    });
