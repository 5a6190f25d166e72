import type { Answered } from "../ask/ask.ts";
import type { JobStatus } from "./job.ts";

/** Why a command changed nothing. Each code has a page in docs/errors/. */
export type Refusal =
  /** The id was issued, but no job lives there: never submitted, or cleaned up. */
  | { readonly code: "job_not_found" }
  /** The attempt is not waiting to be claimed: claimed already, over, or the message is an old one. */
  | { readonly code: "attempt_not_claimable"; readonly status: JobStatus }
  /** Nobody stands in line for this slot any more: the job moved on, or was cancelled. */
  | { readonly code: "slot_not_wanted"; readonly status: JobStatus }
  /** A job can be done again once it is final… */
  | { readonly code: "job_not_finished"; readonly status: JobStatus }
  /** …and only if it did not succeed. */
  | { readonly code: "job_succeeded"; readonly status: JobStatus }
  /** The job asks nothing, or not any more: then the answer that was taken is there, where it is known… */
  | {
      readonly code: "not_waiting";
      readonly status: JobStatus;
      readonly answered: Answered | null;
    }
  /** …or it asks something else by now. */
  | {
      readonly code: "stale_wait";
      readonly status: JobStatus;
      readonly answered: Answered | null;
    }
  /** Word of an attempt to deliver that is not the one to come: another one has been heard of since. */
  | { readonly code: "stale_delivery"; readonly status: JobStatus }
  /** The job owes nobody such a delivery. */
  | { readonly code: "delivery_not_found"; readonly status: JobStatus }
  /** It has been sent again so often that the ledger is full. */
  | { readonly code: "too_many_deliveries"; readonly status: JobStatus }
  /** In a channel the question has somebody else in mind. */
  | { readonly code: "not_asked"; readonly status: JobStatus }
  /** As many endpoints as a job can have are told of it already. */
  | { readonly code: "too_many_callbacks"; readonly status: JobStatus }
  /** The job keeps as many artifacts as it can… */
  | { readonly code: "too_many_artifacts"; readonly status: JobStatus }
  /** …or the attempt has kept another one by this name. */
  | { readonly code: "artifact_exists"; readonly status: JobStatus }
  /** The attempt's lease was lost or spent: somebody else decides now. */
  | { readonly code: "stale_attempt"; readonly status: JobStatus };
