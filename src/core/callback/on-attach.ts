import type { JsonObject } from "../../lang/json.ts";
import { ok, refuse } from "../../lang/result.ts";
import { waitingData } from "../ask/asked.ts";
import { talkWith } from "../channel/talk.ts";
import type { Attach } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { EventType, JobEvent } from "../job/event.ts";
import type { Job } from "../job/job.ts";
import { leadingStep, statusOf } from "../job/status.ts";
import type { Step, StepState } from "../job/step.ts";
import { type Callback, ENDPOINTS_MAX, type Endpoint } from "./endpoint.ts";
import { owing } from "./owed.ts";
import { withEndpoint } from "./with-endpoint.ts";

/** An endpoint that knows nothing yet. */
export function newEndpoint(callback: Callback, number: number): Endpoint {
  const talk = callback.seat === null ? null : talkWith(callback.seat);
  return { ...callback, number, talk, knownState: null, isGone: false, owed: [], next: null };
}

/**
 * More who are to be told. They begin with where the job stands, so that a job that ended a moment ago is
 * told like any other. A callback that is there already is one; one that was gone is told
 * of what comes from now on.
 */
export function onAttach(job: Job, { callbacks }: Attach): Decided {
  const attached = callbacks.reduce(withCallback, job);
  return attached.endpoints.length > ENDPOINTS_MAX
    ? refuse({ code: "too_many_callbacks", status: statusOf(job) })
    : ok({ job: attached, effects: [] });
}

function withCallback(job: Job, callback: Callback): Job {
  const there = job.endpoints.find((endpoint) => isSame(endpoint, callback));
  if (there !== undefined && !there.isGone) return job;
  // What it missed is in the ledger, and can be sent again.
  if (there !== undefined) return withEndpoint(job, { ...there, isGone: false });
  const blank = newEndpoint(callback, job.endpoints.length + 1);
  return withEndpoint(job, owing(blank, newestMove(job)));
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

/** The newest event that moved the job, as far as it matters here: it may be among those put away. */
function newestMove(job: Job): Pick<JobEvent, "seq" | "type" | "data"> {
  const step = leadingStep(job);
  const type = isJustResumed(step) ? "job.resumed" : MOVE_TO[step.state.status];
  return { seq: job.movedSeq, type, data: dataOf(step) };
}

/** As far as anybody looks at it. */
function dataOf({ state }: Step): JsonObject {
  if (state.status === "waiting") return waitingData(state);
  return state.status === "running" ? { phase: state.phase } : {};
}

/** An answer brought it where it is, and nothing has moved it since. */
function isJustResumed({ plan, answered, attemptsBefore, state }: Step): boolean {
  const { status, attempt } = state;
  const isFirst = answered !== null && attempt === attemptsBefore + 1;
  return isFirst && status === (plan.lane === null ? "queued" : "lined_up");
}

/** The event by which a step comes to be as it is. */
const MOVE_TO: { readonly [status in StepState["status"]]: EventType } = {
  delayed: "job.queued",
  lined_up: "job.queued",
  queued: "job.queued",
  backing_off: "job.retry_scheduled",
  running: "job.running",
  waiting: "job.waiting",
  succeeded: "job.succeeded",
  failed: "job.failed",
  timed_out: "job.timed_out",
  dead: "job.dead",
  cancelled: "job.cancelled",
};
