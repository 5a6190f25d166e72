import type { EpochMs } from "../../lang/time.ts";
import type { JobId } from "../job/job.ts";
import type { StepId } from "../job/step.ts";
import type { StateUpdates } from "./state.ts";

/** Names the slot of one attempt, held or waited for. */
export type SlotRef = {
  readonly job: JobId;
  readonly step: StepId;
  /** From 1. */
  readonly attempt: number;
};

/** An attempt that wants a slot. */
export type LaneEntry = SlotRef & {
  /** When the job lined up: the same however often it asks. The line is in this order. */
  readonly since: EpochMs;
  /** Whether it is given the plugin's state and may change it: one such attempt at a time. */
  readonly isStateful: boolean;
};

/** An entry in the line. */
export type Waiting = LaneEntry & {
  /** Which of the entries with the same `since` came first, from 1. */
  readonly arrival: number;
};

/** What a job says of a slot that it was given. */
export type SlotUse =
  | { readonly kind: "held" }
  /** The attempt is over; `updates` is what it changes in the state, `null` = nothing. */
  | { readonly kind: "released"; readonly updates: StateUpdates | null };
