import type { StepId } from "../../core/job/step.ts";
import type { SlotUse } from "../../core/lane/slot.ts";

/**
 * What a job's object answers to a lane. Either may come twice, early, late, and for an attempt that is
 * long over; neither waits for a plugin.
 */
export type SlotMethods = {
  /**
   * Gives the attempt its slot.
   *
   * @returns Whether it has it: taken now or before. `false` = it does not want it, or no more.
   */
  grant(step: StepId, attempt: number): Promise<boolean>;

  /** What became of a slot; `null` where there is no such job. */
  slotUse(step: StepId, attempt: number): Promise<SlotUse | null>;
};
