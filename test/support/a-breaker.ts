import type { Closed, HalfOpen, Open, Terms } from "../../src/core/breaker/breaker.ts";
import { NEW_BREAKER } from "../../src/core/breaker/breaker.ts";
import type { JobEnd } from "../../src/core/breaker/job-end.ts";
import { jobId } from "../../src/core/job/job.ts";
import type { BreakerPolicy } from "../../src/core/plugin/plugin-settings.ts";
import { minutes } from "../../src/lang/time.ts";
import { at, T0 } from "./a-job.ts";

export const RESET_MS = minutes(30);

export const aPolicy: BreakerPolicy = { threshold: 3, resetMs: RESET_MS, scope: "all" };

export const PROBE = jobId("probe");

/** Builders for a breaker in each state. Each was opened at `T0`, and its probe started on time. */
export const aBreaker = {
  closed: (over: Partial<Closed> = {}): Closed => ({ ...NEW_BREAKER, ...over }),
  open: (over: Partial<Open> = {}): Open => ({ state: "open", failures: 3, openedAt: T0, ...over }),
  half_open: (over: Partial<HalfOpen> = {}): HalfOpen => ({
    state: "half_open",
    failures: 3,
    openedAt: T0,
    probe: { job: PROBE, startedAt: at(RESET_MS) },
    ...over,
  }),
};

export function terms(ms: number, policy: Partial<BreakerPolicy> = {}): Terms {
  return { policy: { ...aPolicy, ...policy }, now: at(ms) };
}

export function aJobEnd(over: Partial<JobEnd> = {}): JobEnd {
  return {
    job: jobId("job-1"),
    submittedAt: T0,
    endedAt: T0,
    verdict: "failed",
    lastSuccessAt: null,
    ...over,
  };
}
