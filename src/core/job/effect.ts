import type { EpochMs } from "../../lang/time.ts";
import type { StateUpdates } from "../lane/state.ts";
import type { AttemptToken, StepId } from "./step.ts";

/**
 * What the shell must do once the job is stored. Data, in order. Any effect may be lost with the
 * object: what must not be lost follows from the stored job, and `wakeAt` brings it back.
 */
export type Effect =
  /** Send the attempt's message to RUNS. Owed until the attempt is claimed. */
  | { readonly kind: "send"; readonly step: StepId; readonly attempt: number }
  /** Ask the plugin's lane for a slot. Owed until the slot is granted. */
  | {
      readonly kind: "line_up";
      readonly step: StepId;
      readonly attempt: number;
      readonly since: EpochMs;
    }
  /** Give the slot back, or the place in the line. The lane asks for it, should this get lost. */
  | {
      readonly kind: "leave";
      readonly step: StepId;
      readonly attempt: number;
      readonly updates: StateUpdates | null;
    }
  /** Call the plugin from the job's object. */
  | { readonly kind: "call"; readonly step: StepId; readonly token: AttemptToken }
  /** Tell an endpoint what it is owed. Owed until somebody says how it went. */
  | { readonly kind: "deliver"; readonly endpoint: number }
  /** Stop waiting for a call that the job's object makes: nobody wants its answer any more. */
  | { readonly kind: "abort"; readonly token: AttemptToken }
  /** Remove the job: its retention is over. */
  | { readonly kind: "erase" };
