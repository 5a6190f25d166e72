import { ok, type Result, refuse } from "../../lang/result.ts";
import { after, type DurationMs, type EpochMs, hours } from "../../lang/time.ts";
import type { JobId } from "../job/job.ts";
import type { KeyRefusal } from "./refusal.ts";

/** How long an `Idempotency-Key` stands for its job, from the first request on (contract, section 4). */
export const IDEMPOTENCY_MS: DurationMs = hours(24);

/** What is known of an `Idempotency-Key`. It only reserves an id: whoever holds the id makes the job. */
export type IdempotencyRecord = {
  readonly kind: "idempotency";
  readonly jobId: JobId;
  /** The id that the first request drew: this says who was first, also when a call comes twice. */
  readonly claimant: JobId;
  /** Hash of the request: method, path and body. */
  readonly fingerprint: string;
  /** When the first request came. Later ones do not prolong it. */
  readonly claimedAt: EpochMs;
};

export type IdempotencyClaim = Pick<IdempotencyRecord, "jobId" | "claimant" | "fingerprint">;

/** What the key stands for at this instant: `null` = nothing, it is free. */
export function findIdempotency(
  record: IdempotencyRecord | null,
  fingerprint: string,
  now: EpochMs,
): Result<IdempotencyRecord | null, KeyRefusal> {
  if (record === null || idempotencyWakeAt(record, now) === null) return ok(null);
  return record.fingerprint === fingerprint
    ? ok(record)
    : refuse({ code: "idempotency_key_reused" });
}

/**
 * What the key stands for once this request has asked for it.
 *
 * @returns The very record that was given where the key was taken: there is nothing to store.
 */
export function claimIdempotency(
  record: IdempotencyRecord | null,
  claim: IdempotencyClaim,
  now: EpochMs,
): Result<IdempotencyRecord, KeyRefusal> {
  const found = findIdempotency(record, claim.fingerprint, now);
  if (!found.ok) return found;
  return ok(found.value ?? { kind: "idempotency", ...claim, claimedAt: now });
}

/** When the key is free again. However the job went: one that failed holds its key as well. */
export function freeAt({ claimedAt }: IdempotencyRecord): EpochMs {
  return after(claimedAt, IDEMPOTENCY_MS);
}

/** When to come back to see whether the record is over; `null` = it is. */
export function idempotencyWakeAt(record: IdempotencyRecord, now: EpochMs): EpochMs | null {
  return now < freeAt(record) ? freeAt(record) : null;
}
