import type { Snapshot } from "../../core/job/snapshot.ts";
import { isStableStatus } from "../../core/job/status.ts";
import type { EpochMs } from "../../lang/time.ts";
import { type JobHandle, JobNotFoundFault } from "../job/job-client.ts";
import { logError } from "../log.ts";
import { OverloadedFault } from "../object-call.ts";
import type { EventPage, Watch } from "./watch.ts";
import { watchEvents, watchJob } from "./watch-job.ts";

/** For a look at a job that could not be reached in time: a caller must be answered within 250 ms. */
const LOOK_MS_MAX = 150;

/**
 * Waits until a job is final or waits for an answer, or until the caller's patience is over, and returns what is then. Where
 * the job cannot be reached it returns what was seen last: the job goes on, and the caller has its id.
 */
export async function waitForEnd(
  job: JobHandle,
  seen: Snapshot,
  until: EpochMs,
): Promise<Snapshot> {
  if (isStableStatus(seen.status)) return seen;
  try {
    return (await newestSnapshot(job, { want: "end" }, until)) ?? seen;
  } catch (cause) {
    logError("wait.broken", cause, { job_id: job.id });
    return seen;
  }
}

/**
 * The job as it is when it is final or waits for an answer, or when patience is over.
 *
 * @throws {OverloadedFault} when it could not be reached by then; otherwise as `watchJob`.
 */
export async function snapshotAtEnd(job: JobHandle, until: EpochMs): Promise<Snapshot> {
  return (await newestSnapshot(job, { want: "end" }, until)) ?? snapshotSoon(job);
}

/**
 * The job as it is once its newest event is none of these; `null` when it has not moved by then.
 *
 * @throws as `watchJob`.
 */
export async function snapshotBeyond(
  job: JobHandle,
  known: readonly number[],
  until: EpochMs,
): Promise<Snapshot | null> {
  return newestSnapshot(job, { want: "move", known }, until);
}

/**
 * The job as it is, looked at once, by somebody who has no time left.
 *
 * @throws {JobNotFoundFault} where there is none.
 * @throws {OverloadedFault} when it does not answer in time.
 */
export async function snapshotSoon(job: JobHandle): Promise<Snapshot> {
  const late = scheduler.wait(LOOK_MS_MAX).then(() => "late" as const);
  const snapshot = await Promise.race([job.call((object) => object.snapshot()), late]);
  if (snapshot === "late") throw new OverloadedFault("The job does not answer in time");
  if (snapshot === null) throw new JobNotFoundFault();
  return snapshot;
}

/**
 * The first events after number `seq`, as soon as there are any; `null` when there are none by then.
 *
 * @throws as `watchJob`.
 */
export async function eventsAfter(
  job: JobHandle,
  seq: number,
  until: EpochMs,
): Promise<EventPage | null> {
  for await (const page of watchEvents(job, seq, { until })) {
    if (page.events.length > 0 || page.final) return page;
  }
  return null;
}

async function newestSnapshot(
  job: JobHandle,
  watch: Watch,
  until: EpochMs,
): Promise<Snapshot | null> {
  let newest: Snapshot | null = null;
  for await (const told of watchJob(job, watch, { until })) {
    if (!("snapshot" in told)) continue;
    newest = told.snapshot;
    if (watch.want === "move" || isStableStatus(newest.status)) break;
  }
  return newest;
}
