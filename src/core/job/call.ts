import type { Effect } from "./effect.ts";
import type { Job } from "./job.ts";
import { findStep, isRunning } from "./with-step.ts";

/**
 * The calls of the job's own object that a move leaves without a purpose: their attempts are over,
 * whoever ended them. The report of the call itself is among them; it has ended by then.
 */
export function callsLeft(before: Job, after: Job): readonly Effect[] {
  return before.steps.filter(isRunning).flatMap(({ plan, state }): readonly Effect[] => {
    if (state.runner !== "object") return [];
    const now = findStep(after, plan.id)?.state;
    const isOver = now?.status !== "running" || now.token !== state.token;
    return isOver ? [{ kind: "abort", token: state.token }] : [];
  });
}
