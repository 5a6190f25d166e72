import {
  after,
  type DurationMs,
  days,
  durationMs,
  type EpochMs,
  minutes,
} from "../../lang/time.ts";
import type { JobId, JobStatus } from "../job/job.ts";
import { IDEMPOTENCY_MS } from "./idempotency.ts";

/** What is known of a `dedupe_key`. It only reserves an id: whoever holds the id makes the job. */
export type DedupeRecord = {
  readonly kind: "dedupe";
  /** Drawn by the trigger that claimed the key. */
  readonly jobId: JobId;
  readonly claimedAt: EpochMs;
  /** How long the key holds after its job succeeded: as the trigger that claimed it said. */
  readonly ttlMs: DurationMs;
};

export type DedupeClaim = Pick<DedupeRecord, "jobId" | "ttlMs">;

/** What a look at a job shows; `null` = there is none. */
export type SeenJob = {
  readonly status: JobStatus;
  /** `null` while the job is open. */
  readonly finishedAt: EpochMs | null;
} | null;

/** A record, and its job as it was a moment ago. */
export type SeenDedupe = { readonly record: DedupeRecord; readonly seen: SeenJob };

/**
 * What the key stands for once this trigger has asked for it.
 *
 * @param known `null` = the key was never claimed, or its record is over.
 * @returns The very record that was given where its job still stands for the key: nothing to store.
 */
export function claimDedupe(
  known: SeenDedupe | null,
  { jobId, ttlMs }: DedupeClaim,
  now: EpochMs,
): DedupeRecord {
  // Its own record: the same claim has come twice, and its job may not have been made in between.
  if (known?.record.jobId === jobId) return known.record;
  if (known !== null && dedupeWakeAt(known, now) !== null) return known.record;
  return { kind: "dedupe", jobId, claimedAt: now, ttlMs };
}

/** When a new record looks at its job for the first time. */
export function firstLookAt({ claimedAt, ttlMs }: DedupeRecord): EpochMs {
  return after(claimedAt, lookAgainMs(ttlMs));
}

/** When to look at the job again, to see whether the record is over; `null` = it is. */
export function dedupeWakeAt({ record, seen }: SeenDedupe, now: EpochMs): EpochMs | null {
  const { claimedAt, ttlMs } = record;
  // No job yet: its trigger is about to make it, or went down before it could. Then the next trigger
  // makes it, under this id and no other, because an Idempotency-Key may stand for the id as well. A job
  // that was made is kept for longer than this (kept.ts), so it is never mistaken for one that was not.
  if (seen === null) {
    return ahead(after(claimedAt, durationMs(Math.max(ttlMs, IDEMPOTENCY_MS))), now);
  }
  if (seen.finishedAt === null) return after(now, lookAgainMs(ttlMs));
  return seen.status === "succeeded" ? ahead(after(seen.finishedAt, ttlMs), now) : null;
}

function ahead(at: EpochMs, now: EpochMs): EpochMs | null {
  return now < at ? at : null;
}

/** Rests between looks at an open job: each is a row and wakes two objects. */
const LOOK_MS_MIN = minutes(1);
const LOOK_MS_MAX = days(1);

function lookAgainMs(ttlMs: DurationMs): DurationMs {
  return durationMs(Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, ttlMs)));
}
