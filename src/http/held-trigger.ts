import type { Snapshot } from "../core/job/snapshot.ts";
import { isFinalStatus } from "../core/job/status.ts";
import type { JobHandle } from "../edge/job/job-client.ts";
import { logError } from "../edge/log.ts";
import { waitForEnd } from "../edge/watch/wait.ts";
import type { EpochMs } from "../lang/time.ts";
import { acceptedResponse, endResponse, patienceOver } from "./answer.ts";
import type { Call } from "./call.ts";
import type { KeyedJob } from "./idempotency-key.ts";
import { streamResponse } from "./job-events.ts";
import { appliedPreference, type TriggerOptions } from "./trigger-options.ts";
import type { Leave } from "./waiter-caps.ts";

/** A trigger whose caller holds the line. */
export type Held = {
  readonly call: Call;
  readonly job: JobHandle;
  /** What the keys that led to the job ask for. */
  readonly keyed: Pick<KeyedJob, "headers" | "members" | "keptMs">;
  readonly options: TriggerOptions;
  readonly since: EpochMs;
  readonly until: EpochMs;
};

/** Why a job was cancelled, for people: it becomes the job's error message. */
const HUNG_UP = "The caller hung up, and had asked for this with on_disconnect";
const NOT_IN_TIME = "It was not done in the time that the caller gave it with on_timeout";

/** A caller must be answered within 250 ms of their patience: a cancellation that takes longer goes on. */
const CANCEL_MS_MAX = 150;

/** Waits for the job's end, or for what it asks, and answers with it, or with where to find it when patience is over. */
export async function endOf(held: Held, submitted: Snapshot): Promise<Response> {
  const { call, job, keyed, options, since, until } = held;
  const headers = { ...appliedPreference(options), ...keyed.headers };
  const seen = await waitForEnd(job, submitted, until);
  const ended = endResponse(call.origin, seen, { headers, members: keyed.members });
  if (ended !== null) return ended;

  const members = { ...keyed.members, ...patienceOver(since) };
  if (options.onTimeout === "continue" || !isOwn(held))
    return acceptedResponse(seen, { members, headers });
  const cancelled = await cancelInTime(held, seen);
  return (
    endResponse(call.origin, cancelled, { headers, members }) ??
    acceptedResponse(cancelled, { members, headers })
  );
}

/** The job's events from the first one, as the answer to the trigger. */
export async function streamOf(held: Held, leave: Leave): Promise<Response> {
  const { call, job, keyed, options } = held;
  return streamResponse(job, {
    after: 0,
    leave,
    headers: { location: `${call.origin}/jobs/${job.id}`, ...keyed.headers },
    ...(options.onDisconnect === "cancel" && isOwn(held)
      ? { onHangUp: () => cancelForHangUp(held) }
      : {}),
  });
}

/**
 * Does what the caller wants to happen when they hang up while they wait.
 *
 * @returns Stops listening: an answer that was given is not taken back.
 */
export function watchForHangUp(held: Held): () => void {
  if (held.options.onDisconnect === "continue" || !isOwn(held)) return () => {};
  const { signal } = held.call.request;
  const onAbort = () => cancelForHangUp(held);
  signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

/** Whoever was given another's job by a `dedupe_key` may give up waiting for it, and not the job. */
function isOwn({ keyed }: Held): boolean {
  return keyed.members["deduplicated"] !== true;
}

/** The invocation goes down with its caller, so the cancellation must not need it. */
function cancelForHangUp({ call, job }: Held): void {
  const cancelling = cancelOnceThere(job).catch((cause: unknown) =>
    logError("hang_up.not_cancelled", cause, { job_id: job.id }),
  );
  call.waitUntil(cancelling);
}

/** A submission may be underway still, and come after the cancellation: rests in which it arrives. */
const RESTS_MS = [0, 250, 1000, 4000];

async function cancelOnceThere(job: JobHandle): Promise<void> {
  for (const restMs of RESTS_MS) {
    await scheduler.wait(restMs);
    if ((await job.call((object) => object.cancel(HUNG_UP))) !== null) return;
  }
}

/** The job as it is once it is cancelled, or as it was seen when that takes too long. */
async function cancelInTime({ call, job }: Held, seen: Snapshot): Promise<Snapshot> {
  const cancelling = job
    .call((object) => object.cancel(NOT_IN_TIME))
    .catch((cause: unknown) => {
      logError("timeout.not_cancelled", cause, { job_id: job.id });
      return null;
    });
  call.waitUntil(cancelling);
  const late = scheduler.wait(CANCEL_MS_MAX).then(() => null);
  const cancelled = await Promise.race([cancelling, late]);
  return cancelled !== null && isFinalStatus(cancelled.status) ? cancelled : seen;
}
