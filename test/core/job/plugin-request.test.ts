import { expect, test } from "vitest";
import { pluginRequestOf } from "../../../src/core/job/plugin-request.ts";
import { aJob, aState } from "../../support/a-job.ts";

test("a plugin is handed the payload, the attempt's token and the deadline", () => {
  const state = aState.running({ attempt: 2 });
  const job = aJob(state, {
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  });

  expect(pluginRequestOf(job, { ...job.steps[0], state })).toEqual({
    protocol: 1,
    job_id: "job-1",
    attempt: 2,
    attempt_token: "token-1",
    command: "echo",
    payload: { text: "hello" },
    event: null,
    config: {},
    context: { pipeline: null, step: null, root_job_id: "job-1", baggage: {}, depth: 0 },
    deadline_at: "2027-01-15T08:02:00.000Z",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    callback: {
      progress: "http://gateway.test/jobs/job-1/progress",
      complete: "http://gateway.test/jobs/job-1/complete",
      artifacts: "http://gateway.test/jobs/job-1/artifacts",
    },
  });
});
