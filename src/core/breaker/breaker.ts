import { after, type EpochMs } from "../../lang/time.ts";
import type { JobId } from "../job/job.ts";
import type { BreakerPolicy } from "../plugin/plugin-settings.ts";
import type { JobEnd } from "./job-end.ts";

/** Whether further jobs of a plugin command may start (plugin protocol, section Breaker). */
export type Breaker = Closed | Open | HalfOpen;

export type Closed = {
  readonly state: "closed";
  /** Failed jobs in a row, fewer than the threshold. */
  readonly failures: number;
  /** When the last of them ended; `null` = there is none. */
  readonly failedAt: EpochMs | null;
  /** When it was last closed: jobs from before say nothing about now. `null` = it was never open. */
  readonly closedAt: EpochMs | null;
};

/** Nothing starts until the period is over; then one probe may. */
export type Open = {
  readonly state: "open";
  /** Failed jobs in a row, failed probes included. */
  readonly failures: number;
  /** The beginning of the period. */
  readonly openedAt: EpochMs;
};

/** One job, the probe, was let through to see whether it helps. */
export type HalfOpen = {
  readonly state: "half_open";
  readonly failures: number;
  readonly openedAt: EpochMs;
  readonly probe: Probe;
};

type Probe = { readonly job: JobId; readonly startedAt: EpochMs };

/** How every breaker begins, and most stay. */
export const NEW_BREAKER: Closed = { state: "closed", failures: 0, failedAt: null, closedAt: null };

/** What a decision needs beside the breaker. The policy is the asker's: a breaker keeps none. */
export type Terms = { readonly policy: BreakerPolicy; readonly now: EpochMs };

/** Whether a job may start, and the breaker as it then is. */
export type Admission =
  /** `probe`: it may start, and its end decides. */
  | { readonly breaker: Breaker; readonly verdict: "go" | "probe" }
  | { readonly breaker: Open | HalfOpen; readonly verdict: "stopped" };

/**
 * Asks whether a job may start. The one that comes first after the period becomes the probe. A probe
 * that is not heard of for another period counts as lost, and gives way to the next.
 */
export function admit(breaker: Breaker, job: JobId, { policy, now }: Terms): Admission {
  if (breaker.state === "closed") return { breaker, verdict: "go" };
  if (isProbe(breaker, job)) return { breaker, verdict: "probe" };
  if (now < retryAt(breaker, policy)) return { breaker, verdict: "stopped" };

  const { failures, openedAt } = breaker;
  const probe = { job, startedAt: now };
  return { breaker: { state: "half_open", failures, openedAt, probe }, verdict: "probe" };
}

/** Takes in how a job ended. The same breaker comes back where that changes nothing. */
export function heard(breaker: Breaker, end: JobEnd, policy: BreakerPolicy): Breaker {
  switch (end.verdict) {
    case "failed":
      return failed(breaker, end, policy);
    case "succeeded":
      return succeeded(breaker, end, policy);
    case "says_nothing":
      return givenBack(breaker, end.job);
  }
}

/**
 * Counts a failure. While it is open, only the probe counts, and whoever was submitted when a probe was
 * due: late news of jobs from before must not begin a new period.
 */
function failed(breaker: Breaker, end: JobEnd, policy: BreakerPolicy): Breaker {
  const { endedAt } = end;
  if (breaker.state !== "closed") {
    const counts = isProbe(breaker, end.job) || end.submittedAt >= retryAt(breaker, policy);
    return counts ? { state: "open", failures: breaker.failures + 1, openedAt: endedAt } : breaker;
  }
  if (isFromBefore(breaker, end)) return breaker;
  const failures = isRowBroken(breaker, end) ? 1 : breaker.failures + 1;
  return failures >= policy.threshold
    ? { state: "open", failures, openedAt: endedAt }
    : { ...breaker, failures, failedAt: endedAt };
}

/** Ends the row of failures. An open breaker is closed by the probe, or by a job from after the period. */
function succeeded(breaker: Breaker, end: JobEnd, policy: BreakerPolicy): Breaker {
  if (breaker.state !== "closed") {
    const periodEndsAt = after(breaker.openedAt, policy.resetMs);
    const counts = isProbe(breaker, end.job) || end.submittedAt >= periodEndsAt;
    return counts ? { ...NEW_BREAKER, closedAt: end.endedAt } : breaker;
  }
  if (breaker.failures === 0 || isFromBefore(breaker, end)) return breaker;
  return { ...breaker, failures: 0, failedAt: null };
}

/** A probe whose end says nothing makes room: the next job becomes the probe, without another period. */
export function givenBack(breaker: Breaker, job: JobId): Breaker {
  if (!isProbe(breaker, job)) return breaker;
  const { failures, openedAt } = breaker;
  return { state: "open", failures, openedAt };
}

/** Closes it by hand, whatever it is. Jobs that were submitted before no longer count. */
export function reset(breaker: Breaker, now: EpochMs): Breaker {
  if (breaker.state === "closed" && breaker.failures === 0) return breaker;
  return { ...NEW_BREAKER, closedAt: now };
}

/** When the next probe may start, if nothing is heard before: possibly past, then at once. */
export function retryAt(breaker: Open | HalfOpen, { resetMs }: BreakerPolicy): EpochMs {
  return after(breaker.state === "open" ? breaker.openedAt : breaker.probe.startedAt, resetMs);
}

function isProbe(breaker: Breaker, job: JobId): breaker is HalfOpen {
  return breaker.state === "half_open" && breaker.probe.job === job;
}

function isFromBefore({ closedAt }: Closed, { submittedAt }: JobEnd): boolean {
  return closedAt !== null && submittedAt < closedAt;
}

/** Successes of a command that is well are told to nobody; the next failure brings the news along. */
function isRowBroken({ failedAt }: Closed, { lastSuccessAt }: JobEnd): boolean {
  return failedAt !== null && lastSuccessAt !== null && lastSuccessAt > failedAt;
}
