import { type DurationMs, type EpochMs, seconds } from "../../lang/time.ts";
import { type Breaker, type HalfOpen, type Open, retryAt, type Terms } from "./breaker.ts";
import type { JobEnd } from "./job-end.ts";

/** What is known of a breaker away from it. */
export type Known = {
  readonly breaker: Breaker;
  /** When it was last heard of. */
  readonly at: EpochMs;
};

/** What to do by what is known. `refresh`: do it, and ask anew in the background. */
export type Advice =
  | { readonly act: "go"; readonly refresh: boolean }
  | { readonly act: "stop"; readonly refresh: boolean; readonly breaker: Open | HalfOpen }
  | { readonly act: "ask" };

/** Younger knowledge is used as it is: so many seconds may pass until everyone knows of a change. */
const FRESH_MS: DurationMs = seconds(1);

/** Whether a job may start, as far as one can know without asking. */
export function adviceOf(known: Known | null, { policy, now }: Terms): Advice {
  if (known === null) return { act: "ask" };
  const { breaker } = known;
  const refresh = !isFresh(known, now);
  switch (breaker.state) {
    case "closed":
      return refresh && breaker.failures > 0 ? { act: "ask" } : { act: "go", refresh };
    case "open":
      return now < retryAt(breaker, policy) ? { act: "stop", refresh, breaker } : { act: "ask" };
    case "half_open":
      // The probe may end at any time, so only what is fresh says that it is still out.
      return refresh || now >= retryAt(breaker, policy)
        ? { act: "ask" }
        : { act: "stop", refresh, breaker };
  }
}

/** Whether a job's end is worth a call: not where all is well, nor where it would not count. */
export function isWorthTelling(
  known: Known | null,
  { end, isProbe }: { readonly end: Pick<JobEnd, "verdict">; readonly isProbe: boolean },
  { policy, now }: Terms,
): boolean {
  if (isProbe) return true;
  if (end.verdict === "says_nothing") return false;
  if (known === null) return end.verdict === "failed";

  const { breaker } = known;
  if (breaker.state === "open" && now < retryAt(breaker, policy)) return false;
  return end.verdict === "failed" || breaker.state !== "closed" || breaker.failures > 0;
}

/** A clock that went back makes nothing fresh. */
export function isFresh({ at }: Known, now: EpochMs): boolean {
  return now >= at && now < at + FRESH_MS;
}
