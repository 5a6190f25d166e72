import type { EventType } from "../job/event.ts";
import type { WebProfile } from "./endpoint.ts";

/**
 * What a callback may be told of: the moves of a job, and what it keeps. What comes ten times a second
 * is for streams, and what is said of callbacks is not said to callbacks.
 */
const OF_JOB = [
  "job.queued",
  "job.running",
  "job.retry_scheduled",
  "job.waiting",
  "job.resumed",
  "job.succeeded",
  "job.failed",
  "job.timed_out",
  "job.dead",
  "job.cancelled",
] as const satisfies readonly EventType[];

/** What a callback of each profile may be told of. */
export const CALLBACK_EVENTS: { readonly [profile in WebProfile]: readonly EventType[] } = {
  standard: [...OF_JOB, "artifact.created"],
  states: OF_JOB,
};

/** What it is told of unless somebody says otherwise: questions and the end, or every change of state. */
export const DEFAULT_CALLBACK_EVENTS: typeof CALLBACK_EVENTS = {
  standard: [
    "job.waiting",
    "job.succeeded",
    "job.failed",
    "job.timed_out",
    "job.dead",
    "job.cancelled",
  ],
  states: OF_JOB,
};

export function isCallbackEvent(profile: WebProfile, type: string): type is EventType {
  return CALLBACK_EVENTS[profile].some((known) => known === type);
}

export function eventFault(profile: WebProfile): string {
  return `Must be one of ${CALLBACK_EVENTS[profile].join(", ")}`;
}
