import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/job/decide.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { endingOf, isFinalStatus, isStableStatus, statusOf } from "../../../src/core/job/status.ts";
import { type StepState, stepId } from "../../../src/core/job/step.ts";
import { aCommand } from "../../support/a-command.ts";
import { aJob, aPlan, aState, at } from "../../support/a-job.ts";

/** A job of two steps, `a` and `b`, in these states. */
function twoSteps(first: StepState, second: StepState): Job {
  const job = aJob(first, { plan: aPlan({ id: stepId("a") }) });
  return {
    ...job,
    steps: [job.steps[0], { ...job.steps[0], plan: aPlan({ id: stepId("b") }), state: second }],
  };
}

describe("a job's status", () => {
  test.each([
    { states: [aState.succeeded(), aState.queued()], status: "queued", isOver: false },
    { states: [aState.succeeded(), aState.backing_off()], status: "queued", isOver: false },
    { states: [aState.running(), aState.queued()], status: "running", isOver: false },
    { states: [aState.succeeded(), aState.waiting()], status: "waiting", isOver: false },
    { states: [aState.succeeded(), aState.dead()], status: "dead", isOver: true },
    { states: [aState.succeeded(), aState.succeeded()], status: "succeeded", isOver: true },
  ] as const)("is that of the first step that has not succeeded: $status", (row) => {
    const job = twoSteps(row.states[0], row.states[1]);

    expect(statusOf(job)).toBe(row.status);
    expect(endingOf(job) !== null).toBe(row.isOver);
    expect(isFinalStatus(row.status)).toBe(row.isOver);
    expect(isStableStatus(row.status)).toBe(row.isOver || row.status === "waiting");
  });

  test("moves by the step that is due, and the others stay as they are", () => {
    const job = twoSteps(aState.succeeded(), aState.queued());

    const decided = decide(job, aCommand.wake(), at(15_000));

    expect(decided.ok && decided.value.job.steps).toEqual([
      job.steps[0],
      { ...job.steps[1], state: aState.queued({ sends: 2, sendAgainAt: at(45_000) }) },
    ]);
    expect(decided.ok && decided.value.effects).toEqual([{ kind: "send", step: "b", attempt: 1 }]);
  });
});
