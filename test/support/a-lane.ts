import { jobId } from "../../src/core/job/job.ts";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import type { LaneEntry, SlotRef, Waiting } from "../../src/core/lane/slot.ts";
import type { LaneView } from "../../src/core/lane/starts.ts";
import { at } from "./a-job.ts";

/** An entry of job `name` that lined up so many milliseconds after the beginning. */
export function anEntry(name: string, sinceMs = 0, over: Partial<LaneEntry> = {}): LaneEntry {
  return {
    job: jobId(name),
    step: ONLY_STEP,
    attempt: 1,
    since: at(sinceMs),
    isStateful: false,
    ...over,
  };
}

export function aWaiting(name: string, sinceMs: number, over: Partial<Waiting> = {}): Waiting {
  return { ...anEntry(name, sinceMs), arrival: 1, ...over };
}

export function aStateful(name: string, sinceMs: number, over: Partial<Waiting> = {}): Waiting {
  return aWaiting(name, sinceMs, { isStateful: true, ...over });
}

export function aLane(over: Partial<LaneView> = {}): LaneView {
  return {
    limit: 1,
    held: { slots: 0, hasStateful: false, leaseExpiresAt: null },
    plain: [],
    stateful: null,
    ...over,
  };
}

export function refOf({ job, step, attempt }: SlotRef): SlotRef {
  return { job, step, attempt };
}
