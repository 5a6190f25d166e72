import { expect, test } from "vitest";
import { jobEndOf, type Verdict } from "../../../src/core/breaker/job-end.ts";
import { aJob, anError, aState, at, T0 } from "../../support/a-job.ts";

const VERDICTS = {
  delayed: null,
  lined_up: null,
  queued: null,
  backing_off: null,
  running: null,
  waiting: null,
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "failed",
  dead: "failed",
  cancelled: "says_nothing",
} as const satisfies Record<keyof typeof aState, Verdict | null>;

test.each(Object.entries(VERDICTS))("a job that is %s says: %s", (status, verdict) => {
  const end = jobEndOf(aJob(aState[status as keyof typeof VERDICTS]()));

  const told = { job: "job-1", submittedAt: T0, endedAt: at(1000), verdict };
  expect(end).toEqual(verdict === null ? null : told);
});

test.each(["invalid_payload", "wait_timed_out"])(
  "a job that failed of what is not the plugin's fault says nothing about it: %s",
  (code) => {
    const failed = aState.failed({ error: { ...anError, code } });

    expect(jobEndOf(aJob(failed))?.verdict).toBe("says_nothing");
  },
);
