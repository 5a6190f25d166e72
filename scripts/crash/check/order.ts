import { only } from "../history.ts";
import type { Check } from "./evidence.ts";

/** Who reads events has 1, 2, 3…, none twice and none left out, across all reconnects. */
export const streams: Check = ({ entries }) => {
  const readers = Map.groupBy(only(entries, "event"), ({ n }) => n);
  return [...readers].flatMap(([n, events]) => {
    const isOrdered = events.every(({ seq }, index) => seq === index + 1);
    const isForward = events.every(
      ({ at }, index) => index === 0 || at >= (events[index - 1]?.at ?? ""),
    );
    if (isOrdered && isForward) return [];
    const seqs = events.map(({ seq }) => seq).join(", ");
    return [{ check: "out_of_order", what: `reader ${n}: ${isOrdered ? "times go back" : seqs}` }];
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
