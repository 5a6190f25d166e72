import { describe, expect, test } from "vitest";
import { attemptToken, ONLY_STEP, stepId } from "../../../src/core/job/step.ts";
import { planOf, stepHeldBy } from "../../../src/core/job/with-step.ts";
import { aJob, aPlan, aState, TOKEN } from "../../support/a-job.ts";

describe("stepHeldBy", () => {
  test("finds the step whose attempt has the token", () => {
    const job = aJob(aState.running());

    expect(stepHeldBy(job, TOKEN)).toBe(job.steps[0]);
  });

  test("finds none for another token, nor in a job that does not run", () => {
    expect(stepHeldBy(aJob(aState.running()), attemptToken("token-2"))).toBeUndefined();
    expect(stepHeldBy(aJob(aState.running()), attemptToken(""))).toBeUndefined();
    expect(stepHeldBy(aJob(aState.queued()), TOKEN)).toBeUndefined();
  });
});

describe("planOf", () => {
  test("is the plan of the step, which a job's own steps always have", () => {
    const job = aJob(aState.queued());

    expect(planOf(job, ONLY_STEP)).toEqual(aPlan());
    expect(() => planOf(job, stepId("other"))).toThrow("Cannot find step other");
  });
});
