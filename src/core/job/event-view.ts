import type { JsonObject } from "../../lang/json.ts";
import { rfc3339 } from "../../lang/time.ts";
import { artifactsAsOf } from "../artifact/artifacts-of.ts";
import { type EventType, isFinalEvent, isStateEvent, type JobEvent } from "./event.ts";
import type { Job, JobId } from "./job.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import { findStep, withStep } from "./with-step.ts";

/** An event as callers see it (contract, section 5). */
export type EventView = {
  readonly seq: number;
  readonly type: EventType;
  readonly job_id: JobId;
  readonly at: string;
  readonly attempt: number;
  /** State events carry the snapshot as of the event. */
  readonly data: JsonObject | (JsonObject & { readonly snapshot: Snapshot });
};

/** The same event always looks the same, whenever and wherever it is shown. */
export function eventView(job: Job, event: JobEvent): EventView {
  const { seq, type, at, attempt, data } = event;
  const shown = isStateEvent(event) ? { ...data, snapshot: snapshotOf(jobAsOf(job, event)) } : data;
  return { seq, type, job_id: job.id, at: rfc3339(at), attempt, data: shown };
}

/** The job as it was when `event` had just been recorded. */
export function jobAsOf(job: Job, event: JobEvent): Job {
  const { stepThen: then, seq } = event;
  const finalSeq = isFinalEvent(event) ? seq : null;
  const asOf: Job = { ...job, events: [event], finalSeq, artifacts: artifactsAsOf(job, seq) };
  const step = then === null ? undefined : findStep(job, then.step);
  if (then === null || step === undefined) return asOf;
  const past = step.past.slice(0, then.past);
  const { progress, state, attemptsBefore = 0 } = then;
  return withStep(asOf, { ...step, past, progress, state, attemptsBefore });
}
