import type { JobId } from "../../core/job/job.ts";

/** Ids only: what is owed, the job's object knows. A message is a hint, it may come twice or never. */
export type CallbackMessage = {
  /** The form of this message; a consumer takes any that has the fields it needs. */
  readonly v: 1;
  readonly job: JobId;
  readonly endpoint: number;
};
