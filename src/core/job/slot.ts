import type { SlotUse } from "../lane/slot.ts";
import type { StateUpdates } from "../lane/state.ts";
import type { Effect } from "./effect.ts";
import type { Job } from "./job.ts";
import type { Step, StepId } from "./step.ts";
import { findStep } from "./with-step.ts";

/** The attempt that has a slot, or stands in line for one; `null` = none does. */
export function slotOf({ plan, state }: Step): number | null {
  if (plan.lane === null) return null;
  const { status, attempt } = state;
  return status === "lined_up" || status === "queued" || status === "running" ? attempt : null;
}

/** What became of the slot of an attempt. */
export function slotUseOf(job: Job, id: StepId, attempt: number): SlotUse {
  const step = findStep(job, id);
  if (step === undefined) return { kind: "released", updates: null };
  if (slotOf(step) === attempt) return { kind: "held" };
  return { kind: "released", updates: updatesOf(step, attempt) };
}

/** The slots that a move from one to the other set free, each with what goes with it. */
export function slotsLeft(before: Job, after: Job): readonly Effect[] {
  return after.steps.flatMap((step): readonly Effect[] => {
    const was = findStep(before, step.plan.id);
    const attempt = was === undefined ? null : slotOf(was);
    if (attempt === null || attempt === slotOf(step)) return [];
    return [{ kind: "leave", step: step.plan.id, attempt, updates: updatesOf(step, attempt) }];
  });
}

function updatesOf({ state }: Step, attempt: number): StateUpdates | null {
  return state.status === "succeeded" && state.attempt === attempt ? state.stateUpdates : null;
}
