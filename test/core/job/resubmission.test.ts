import { describe, expect, test } from "vitest";
import { jobId } from "../../../src/core/job/job.ts";
import { resubmissionOf } from "../../../src/core/job/resubmission.ts";
import { aJob, aState, aSubmission } from "../../support/a-job.ts";

const again = { id: jobId("job-2"), origin: "https://other.test", traceparent: "00-1-2-01" };

describe("resubmissionOf", () => {
  test.each(["failed", "timed_out", "dead", "cancelled"] as const)(
    "makes the same work of a %s job, linked to it",
    (status) => {
      const job = aJob(aState[status](), { tags: ["a"], metadata: { b: 1 } });

      expect(resubmissionOf(job, again)).toEqual({
        ok: true,
        value: {
          ...aSubmission({ tags: ["a"], metadata: { b: 1 } }),
          ...again,
          submittedBy: "retry",
          retryOf: job.id,
        },
      });
    },
  );

  test("refuses a job that succeeded, and one that is not over", () => {
    expect(resubmissionOf(aJob(aState.succeeded()), again)).toEqual({
      ok: false,
      reason: { code: "job_succeeded", status: "succeeded" },
    });
    expect(resubmissionOf(aJob(aState.running()), again)).toEqual({
      ok: false,
      reason: { code: "job_not_finished", status: "running" },
    });
  });
});
