import { describe, expect, test } from "vitest";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { aJob, anError, aPastAttempt, aState, at } from "../../support/a-job.ts";

const QUEUED = {
  job_id: "job-1",
  status: "queued",
  phase: null,
  waits_for: "start",
  plugin: "lab",
  command: "echo",
  submitted_by: "api",
  attempt: 1,
  max_attempts: 4,
  seq: 1,
  created_at: "2027-01-15T08:00:00.000Z",
  started_at: null,
  finished_at: null,
  deadline_at: null,
  next_retry_at: null,
  expires_at: null,
  progress: null,
  result: null,
  error: null,
  wait: null,
  attempts: [],
  steps: [],
  artifacts: [],
  parent_job_id: null,
  root_job_id: null,
  retry_of: null,
  tags: [],
  metadata: {},
  links: {
    self: "http://gateway.test/jobs/job-1",
    result: "http://gateway.test/jobs/job-1/result",
    events: "http://gateway.test/jobs/job-1/events",
    cancel: "http://gateway.test/jobs/job-1/cancel",
    artifacts: "http://gateway.test/jobs/job-1/artifacts",
  },
};

describe("snapshotOf", () => {
  test("shows a queued job, every field in the contract's order", () => {
    const snapshot = snapshotOf(aJob(aState.queued()));

    expect(JSON.stringify(snapshot)).toBe(JSON.stringify(QUEUED));
  });

  test("shows who runs and until when", () => {
    expect(snapshotOf(aJob(aState.running()))).toEqual({
      ...QUEUED,
      status: "running",
      phase: "working",
      waits_for: null,
      started_at: "2027-01-15T08:00:00.000Z",
      deadline_at: "2027-01-15T08:02:00.000Z",
    });
  });

  test("shows a resting job as queued, with the error and the time of the retry", () => {
    const job = aJob(aState.backing_off(), { past: [aPastAttempt()] });

    expect(snapshotOf(job)).toEqual({
      ...QUEUED,
      waits_for: "retry",
      attempt: 2,
      started_at: "2027-01-15T08:00:00.000Z",
      next_retry_at: "2027-01-15T08:00:30.000Z",
      error: anError,
      attempts: [
        {
          attempt: 1,
          outcome: "failed",
          started_at: "2027-01-15T08:00:00.000Z",
          finished_at: "2027-01-15T08:00:01.000Z",
          duration_ms: 1000,
          error: anError,
          logs: [],
          excerpt: null,
        },
      ],
    });
  });

  test("shows when the job began: when its first attempt did", () => {
    const second = aPastAttempt({ attempt: 2, startedAt: at(30_000), endedAt: at(31_000) });
    const past = [aPastAttempt(), second];

    for (const state of [aState.backing_off({ attempt: 3 }), aState.running({ attempt: 3 })]) {
      expect(snapshotOf(aJob(state, { past })).started_at).toBe("2027-01-15T08:00:00.000Z");
    }
  });

  test("shows the result, and when the job will be removed", () => {
    const job = aJob(aState.succeeded(), { past: [aPastAttempt({ error: null })] });

    expect(snapshotOf(job)).toMatchObject({
      status: "succeeded",
      finished_at: "2027-01-15T08:00:01.000Z",
      deadline_at: "2027-01-15T08:02:00.000Z",
      expires_at: "2027-02-14T08:00:01.000Z",
      result: { text: "hello", output: { text: "hello" }, artifacts: [] },
      error: null,
      attempts: [{ outcome: "succeeded", error: null }],
    });
  });

  test("shows a job that starts later as queued, with the time of its start", () => {
    expect(snapshotOf(aJob(aState.delayed()))).toEqual({
      ...QUEUED,
      waits_for: "delay",
      next_retry_at: "2027-01-15T08:01:00.000Z",
    });
  });

  test("shows a job that stands in line for a slot as queued, and says so", () => {
    expect(snapshotOf(aJob(aState.lined_up()))).toEqual({ ...QUEUED, waits_for: "slot" });
  });

  test.each([
    { category: "timeout", outcome: "timed_out" },
    { category: "cancelled", outcome: "cancelled" },
    { category: "lease_lost", outcome: "failed" },
  ] as const)("shows an attempt that ended by $category as $outcome", ({ category, outcome }) => {
    const past = [aPastAttempt({ error: { ...anError, category } })];

    expect(snapshotOf(aJob(aState.dead(), { past }))).toMatchObject({ attempts: [{ outcome }] });
  });

  test("shows no result where none is kept", () => {
    expect(snapshotOf(aJob(aState.succeeded({ result: null })))).toMatchObject({ result: null });
  });

  test.each(["failed", "timed_out", "dead", "cancelled"] as const)(
    "shows why a job is %s",
    (status) => {
      expect(snapshotOf(aJob(aState[status]({ finishedAt: at(5) })))).toMatchObject({
        status,
        error: anError,
        result: null,
      });
    },
  );
});
