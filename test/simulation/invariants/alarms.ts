import { owesAnybody } from "../../../src/core/callback/wake-endpoint.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { endingOf } from "../../../src/core/job/status.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import type { JobShell } from "../job-shell.ts";
import type { World } from "../world.ts";

/** What the design says of the clockwork, once more and not taken from the code. */
const SEND_AGAIN_MS_MAX = minutes(5);
const LEASE_MS = seconds(30);
const GUARD_MS = seconds(15);
const GRACE_MS = seconds(5);
/** What comes next is at least a millisecond later. */
const SLACK_MS = 5;

/** When a job that was last stored at `storedAt` must be looked at again, at the latest. */
function latestWake(job: Job, storedAt: number): number {
  const { state } = job.steps[0];
  const resting = job.endpoints.flatMap(({ next }) =>
    next?.kind === "resting" ? [next.retryAt] : [],
  );
  const owed = job.endpoints.some(({ next }) => next?.kind === "sent")
    ? [storedAt + SEND_AGAIN_MS_MAX]
    : [];
  return Math.min(stateWake(state, storedAt), ...resting, ...owed);
}

function stateWake(state: Job["steps"][0]["state"], storedAt: number): number {
  switch (state.status) {
    case "delayed":
      return state.startAt;
    case "lined_up":
    case "queued":
      return storedAt + SEND_AGAIN_MS_MAX;
    case "backing_off":
      return state.retryAt;
    case "waiting":
      return state.until;
    case "running":
      if (state.runner === "outside") return state.deadlineAt + GRACE_MS;
      return storedAt + (state.runner === "object" ? GUARD_MS : LEASE_MS);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** I-30: an open job, and one that owes anybody anything, has an alarm that comes in time. */
export function examineAlarm({ history, now }: World, shell: JobShell): void {
  const { job, alarmFailures } = shell.disk;
  if (job === null || (endingOf(job) !== null && !owesAnybody(job))) return;
  const { at, newestFiring } = shell.alarm;
  if (at === null) {
    history.violate("I-30", `${job.id} is open and has no alarm`);
    return;
  }
  const isPostponed = alarmFailures > 0;
  const latest = isPostponed ? now + minutes(5) : latestWake(job, shell.storedAt);
  // Where the platform was late, it is set to come at once; and never to an instant that has fired.
  if (at > Math.max(latest, now, newestFiring) + SLACK_MS) {
    const { status } = job.steps[0].state;
    history.violate(
      "I-30",
      `${job.id} is ${status}, and its alarm comes ${at - latest} ms too late`,
    );
  }
}

/** Jobs that should have been looked at by now. */
export function overdueJobs(shells: Iterable<JobShell>, now: number): readonly JobShell[] {
  return [...shells].filter(
    ({ disk: { job }, storedAt, alarm }) =>
      // One that fired before its time is not set to that time again.
      job !== null && latestWake(job, storedAt) < now && alarm.newestFiring < now,
  );
}
