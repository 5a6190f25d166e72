import type { JobId } from "../../core/job/job.ts";
import type { StepId } from "../../core/job/step.ts";

/** Ids only: what the job is about, its object knows. A message is a hint, it may come twice or never. */
export type RunMessage = {
  /** The form of this message; a consumer takes any that has the fields it needs. */
  readonly v: 1;
  readonly job: JobId;
  readonly step: StepId;
  readonly attempt: number;
};
