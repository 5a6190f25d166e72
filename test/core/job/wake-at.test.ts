import { describe, expect, test } from "vitest";
import { stepId } from "../../../src/core/job/step.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { aJob, aPlan, aState, at } from "../../support/a-job.ts";

describe("wakeAt", () => {
  test.each([
    { what: "queued: when the message is due again", state: aState.queued(), due: 15_000 },
    { what: "backing off: when the retry is due", state: aState.backing_off(), due: 30_000 },
    { what: "running: when the lease ends", state: aState.running(), due: 30_000 },
    {
      what: "running with a long lease: when deadline and grace are over",
      state: aState.running({ leaseExpiresAt: at(200_000) }),
      due: 125_000,
    },
    { what: "succeeded: when it expires", state: aState.succeeded(), due: 30 * 86_400_000 + 1000 },
    { what: "dead: when it expires", state: aState.dead(), due: 30 * 86_400_000 + 1000 },
  ])("$what", ({ state, due }) => {
    expect(wakeAt(aJob(state))).toBe(at(due));
  });

  test.each([
    { state: aState.delayed(), due: 60_000 },
    { state: aState.lined_up(), due: 15_000 },
    { state: aState.queued(), due: 15_000 },
    { state: aState.backing_off(), due: 30_000 },
  ])("$state.status in a job that must be over: by its own time or by then", ({ state, due }) => {
    expect(wakeAt(aJob(state, { endBy: at(due + 1) }))).toBe(at(due));
    expect(wakeAt(aJob(state, { endBy: at(due - 1) }))).toBe(at(due - 1));
  });

  test("takes the earliest of several open steps, and passes over the final ones", () => {
    const job = aJob(aState.succeeded());
    const [done] = job.steps;
    const second = { ...done, plan: aPlan({ id: stepId("b") }), state: aState.backing_off() };
    const third = { ...done, plan: aPlan({ id: stepId("c") }), state: aState.queued() };
    const fourth = { ...done, plan: aPlan({ id: stepId("d") }), state: aState.failed() };

    expect(wakeAt({ ...job, steps: [done, second, third, fourth] })).toBe(at(15_000));
  });

  test("stops on a state of another version", () => {
    expect(() => wakeAt(aJob({ status: "paused" } as never))).toThrow("Cannot handle variant");
  });
});
