import type { Fault } from "../../receivers/records.ts";
import { type Check, plannedOf } from "./evidence.ts";

/**
 * Every update of the plugin's state is there, and no two jobs were given the same one: each adds a key,
 * so that who comes after another has seen more.
 */
export const states: Check = (evidence) => {
  const { pages, state } = evidence;
  const seen = new Map<number, string>();
  return pages.flatMap((page): readonly Fault[] => {
    const planned = plannedOf(evidence, page);
    if (planned?.kind !== "remembered" || page.job.status !== "succeeded") return [];
    const { name } = planned;
    const size = Object.keys(Object(page.job.result?.output)).length;
    const other = seen.get(size);
    seen.set(size, name);
    return [
      ...(name in state ? [] : [{ check: "state_lost", what: `${name} is not in the state` }]),
      ...(other === undefined
        ? []
        : [{ check: "state_lost", what: `${name} and ${other} were given the same state` }]),
    ];
  });
};
