import type { Fault } from "../../receivers/records.ts";
import { type Entry, only } from "../history.ts";
import { WITNESS_SLOTS } from "../witness.ts";
import { type Check, plannedOf } from "./evidence.ts";

/** Where work goes that the laboratory's own plugin does. */
const WITNESS_PATH = "/trigger/witness/";

/** One attempt is executed once: whoever is called again has another token, and a higher number. */
export const executions: Check = ({ entries }) => {
  const byJob = Map.groupBy(only(entries, "executes"), ({ jobId }) => jobId);
  return [...byJob].flatMap(([jobId, calls]): readonly Fault[] => {
    const tokens = new Set(calls.map(({ token }) => token));
    const isRising = calls.every(
      ({ attempt }, index) => index === 0 || attempt > (calls[index - 1]?.attempt ?? 0),
    );
    const numbers = calls.map(({ attempt }) => attempt).join(", ");
    return tokens.size === calls.length && isRising
      ? []
      : [{ check: "executed_twice", what: `${jobId}: attempts ${numbers}, ${tokens.size} tokens` }];
  });
};

/** What succeeded was done, by the attempt that says so. */
export const done: Check = (evidence) => {
  const { entries, pages } = evidence;
  const ok = new Set(
    only(entries, "executed")
      .filter(({ how }) => how === "ok")
      .map(({ token }) => token),
  );
  return pages.flatMap((page) => {
    const { jobId, job } = page;
    const isWitnessed = plannedOf(evidence, page)?.work.path.startsWith(WITNESS_PATH) === true;
    if (!isWitnessed || job.status !== "succeeded") return [];
    const { token } = Object(job.result?.output) as { readonly token?: string };
    return ok.has(token ?? "")
      ? []
      : [{ check: "not_done", what: `${jobId} succeeded with ${token}, which did not` }];
  });
};

/** The lane has so many slots, and no more. */
export const slots: Check = ({ entries }) => {
  const running = new Set<string>();
  const faults: Fault[] = [];
  for (const entry of only(entries, "executes", "executed", "killed")) {
    if (entry.k === "killed") running.clear();
    else if (entry.k === "executed") running.delete(entry.token);
    else running.add(entry.token);
    if (running.size > WITNESS_SLOTS) faults.push(tooMany(entry, running.size));
  }
  return faults;
};

function tooMany({ t }: Entry, count: number): Fault {
  const at = new Date(t).toISOString();
  return { check: "too_many_at_once", what: `${count} of ${WITNESS_SLOTS} at ${at}` };
}
