import type { Snapshot } from "../core/job/snapshot.ts";
import { isFinalStatus } from "../core/job/status.ts";
import type { EpochMs } from "../lang/time.ts";
import type { JobCall } from "./job-client.ts";

/** Rests between two looks at a job, in milliseconds: short at first, because most jobs are. */
const REST_MS_MIN = 50;
const REST_MS_MAX = 500;

/**
 * Waits until a job is final, or until the caller's patience is over, and returns what is then. Looks
 * again and again: each look costs one request to the job's object.
 */
export async function waitForEnd(job: JobCall, seen: Snapshot, until: EpochMs): Promise<Snapshot> {
  let snapshot = seen;
  let restMs = REST_MS_MIN;
  while (!isFinalStatus(snapshot.status) && Date.now() < until) {
    await scheduler.wait(Math.min(restMs, Math.max(0, until - Date.now())));
    snapshot = (await job((object) => object.snapshot())) ?? snapshot;
    restMs = Math.min(restMs * 1.2, REST_MS_MAX);
  }
  return snapshot;
}
