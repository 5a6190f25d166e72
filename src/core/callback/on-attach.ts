import { ok, refuse } from "../../lang/result.ts";
import type { Attach } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import { isStateEvent, type JobEvent } from "../job/event.ts";
import type { Job } from "../job/job.ts";
import { endingOf, statusOf } from "../job/status.ts";
import { type Callback, ENDPOINTS_MAX, type Endpoint } from "./endpoint.ts";
import { owing } from "./owed.ts";

/** An endpoint that knows nothing yet. */
export function newEndpoint(callback: Callback, number: number): Endpoint {
  return { ...callback, number, knownState: null, isGone: false, owed: [], next: null };
}

/**
 * One more who is to be told. It begins with where the job stands, so that a job that ended a moment ago
 * is told like any other. The same callback again is the one that is there.
 */
export function onAttach(job: Job, { callback }: Attach): Decided {
  if (job.endpoints.some((endpoint) => isSame(endpoint, callback))) {
    return ok({ job, effects: [] });
  }
  if (job.endpoints.length >= ENDPOINTS_MAX) {
    return refuse({ code: "too_many_callbacks", status: statusOf(job) });
  }
  const blank = newEndpoint(callback, job.endpoints.length + 1);
  const standing = newestMove(job);
  const endpoint = standing === null ? blank : owing(blank, standing);
  return ok({ job: { ...job, endpoints: [...job.endpoints, endpoint] }, effects: [] });
}

/** The callback that is attached already, as whoever attaches it again knows it. */
export function isSame(one: Callback, other: Callback): boolean {
  return (
    one.url === other.url &&
    one.profile === other.profile &&
    one.secret === other.secret &&
    // Both ways round: either may name one of its events twice.
    one.events.every((type) => other.events.includes(type)) &&
    other.events.every((type) => one.events.includes(type))
  );
}

/** The newest event that moved the job; `null` where the store has put it away among the older ones. */
function newestMove(job: Job): Pick<JobEvent, "seq" | "type" | "data"> | null {
  const ending = endingOf(job);
  if (ending !== null && job.finalSeq !== null) {
    return { seq: job.finalSeq, type: `job.${ending.status}`, data: {} };
  }
  return job.events.findLast(isStateEvent) ?? null;
}
