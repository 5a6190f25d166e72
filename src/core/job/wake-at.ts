import { invariant, unreachable } from "../../lang/invariant.ts";
import { after, type EpochMs, earliest } from "../../lang/time.ts";
import { endpointWakeAt, owesAnybody } from "../callback/wake-endpoint.ts";
import type { Job } from "./job.ts";
import { endingOf, expiresAt } from "./status.ts";
import type { Step } from "./step.ts";

/**
 * When the job next needs attention by itself: the one alarm that its object has. Derived from the
 * stored job, so that no transition can forget it: a job that is owed anything always has an instant.
 *
 * @returns The instant, possibly past: then at once.
 */
export function wakeAt(job: Job): EpochMs {
  const ending = endingOf(job);
  if (ending !== null && !owesAnybody(job)) return expiresAt(job, ending);

  const steps = job.steps.map((step) => stepWakeAt(job, step));
  const isOpen = ending === null;
  const endpoints = job.endpoints.map((endpoint) => endpointWakeAt(endpoint, isOpen));
  const [first, ...others] = [...steps, ...endpoints].filter(isInstant);
  invariant(first !== undefined, `Cannot wake open job ${job.id}: nothing is to be done for it`);
  return earliest(first, ...others);
}

function stepWakeAt(job: Job, { state }: Step): EpochMs | null {
  switch (state.status) {
    case "delayed":
      return byEnd(job, state.startAt);
    case "lined_up":
      return byEnd(job, state.askAgainAt);
    case "queued":
      return byEnd(job, state.sendAgainAt);
    case "backing_off":
      return byEnd(job, state.retryAt);
    case "running":
      return earliest(state.leaseExpiresAt, after(state.deadlineAt, job.timings.graceMs));
    case "waiting":
      return state.until;
    case "succeeded":
    case "failed":
    case "timed_out":
    case "dead":
    case "cancelled":
      return null;
    default:
      return unreachable(state);
  }
}

/** Whatever else a resting step waits for, it is over when the job's time is. */
function byEnd({ endBy }: Job, at: EpochMs): EpochMs {
  return endBy === null ? at : earliest(at, endBy);
}

function isInstant(at: EpochMs | null): at is EpochMs {
  return at !== null;
}
