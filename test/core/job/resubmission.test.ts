import { describe, expect, test } from "vitest";
import { jobId } from "../../../src/core/job/job.ts";
import { resubmissionOf } from "../../../src/core/job/resubmission.ts";
import { DEFAULT_BREAKER } from "../../../src/core/plugin/plugin-settings.ts";
import { aCallback, aToldJob, owedTo } from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import { aJob, aState, aSubmission, at } from "../../support/a-job.ts";
import { seatCallback } from "../../support/a-seat.ts";
import { decided, decidedAll } from "../../support/decided.ts";

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

  test("makes no probe of what was one", () => {
    const breaker = { policy: DEFAULT_BREAKER, isProbe: true };

    expect(resubmissionOf(aJob(aState.dead(), { breaker }), again)).toMatchObject({
      value: { breaker: { ...breaker, isProbe: false } },
    });
  });

  test("speaks in no channel: whoever asked there has been answered", () => {
    const over = decidedAll(aToldJob([seatCallback(), aCallback()]), [aCommand.cancel(), 10]);

    expect(resubmissionOf(over, again)).toMatchObject({ value: { callbacks: [aCallback()] } });
  });

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

  test("has those told who were told of the old one, of all that happens from its beginning", () => {
    const asked = [aCallback(), aCallback({ url: "https://other.example.com", secret: "billing" })];
    const over = decidedAll(
      aToldJob(asked),
      [aCommand.note_delivery({ verdict: { kind: "gone" } }), 10],
      [aCommand.claim(), 20],
      [aCommand.expect_artifact(), 30],
      [aCommand.keep_artifact(), 40],
      [aCommand.cancel(), 50],
    );

    const submission = resubmissionOf(over, again);
    if (!submission.ok) throw new Error(submission.reason.code);

    expect(submission.value.callbacks).toEqual(asked);
    const job = decided(null, aCommand.submit({ submission: submission.value }), at(100)).job;
    expect(job).toMatchObject({
      finalSeq: null,
      ledger: [],
      artifacts: [],
      hasStored: false,
      endpoints: [{ isGone: false, knownState: "queued" }, { isGone: false }],
    });
    expect([owedTo(job, 1), owedTo(job, 2)]).toEqual([["1 queued"], ["1 queued"]]);
  });
});
