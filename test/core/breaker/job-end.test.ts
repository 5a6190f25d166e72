import { expect, test } from "vitest";
import { verdictOf } from "../../../src/core/breaker/job-end.ts";
import { aJob, anError, aState } from "../../support/a-job.ts";

const CASES = {
  queued: null,
  backing_off: null,
  running: null,
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "failed",
  dead: "failed",
  cancelled: "says_nothing",
} as const satisfies Record<keyof typeof aState, ReturnType<typeof verdictOf>>;

test.each(Object.entries(CASES))("a job that is %s says: %s", (status, verdict) => {
  expect(verdictOf(aJob(aState[status as keyof typeof CASES]()))).toBe(verdict);
});

test("a job whose input the plugin refused says nothing about the plugin", () => {
  const refused = aState.failed({ error: { ...anError, code: "invalid_payload" } });

  expect(verdictOf(aJob(refused))).toBe("says_nothing");
});
