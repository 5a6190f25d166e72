import { describe, expect, test } from "vitest";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { aBatch, aCommand } from "../../support/a-command.ts";
import { aJob, aPlan, aState, at } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

describe("progress", () => {
  test("running --progress--> running: what was said is recorded, the newest progress shown", () => {
    const decision = decided(aJob(aState.running()), aCommand.progress(), at(100));

    expect(stateOf(decision)).toEqual(aState.running({ batch: 1, hasOutput: true }));
    expect(decision.job.steps[0].progress).toEqual({ percent: 50, message: "half" });
    expect(decision.job.events.slice(1)).toEqual([
      {
        seq: 2,
        type: "job.progress",
        at: at(100),
        attempt: 1,
        data: { percent: 50, message: "half" },
        stepThen: null,
      },
      {
        seq: 3,
        type: "job.output",
        at: at(100),
        attempt: 1,
        data: { text: "so far" },
        stepThen: null,
      },
    ]);
  });

  test("a batch that comes twice is taken once", () => {
    const first = decided(aJob(aState.running()), aCommand.progress(), at(100));

    expect(decided(first.job, aCommand.progress(), at(200))).toEqual({
      job: first.job,
      effects: [],
    });
  });

  test("text without progress leaves the progress as it was", () => {
    const progress = { percent: 10, message: null };
    const batch = aBatch({ progress: null });

    const decision = decided(
      aJob(aState.running(), { progress }),
      aCommand.progress({ batch }),
      at(100),
    );

    expect(decision.job.steps[0].progress).toEqual(progress);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.output"]);
  });

  test("the first text of a later attempt starts over, the second does not", () => {
    const job = aJob(aState.running({ attempt: 2 }));
    const textOnly = (number: number) =>
      aCommand.progress({ batch: aBatch({ number, progress: null }) });

    const first = decided(job, textOnly(1), at(100));
    const second = decided(first.job, textOnly(2), at(200));

    expect(second.job.events.slice(1).map(({ data }) => data)).toEqual([
      { text: "so far", reset: true },
      { text: "so far" },
    ]);
  });

  test("what a report brings along comes before the end, and stays shown", () => {
    const report = aCommand.report({ batches: [aBatch()] });

    const decision = decided(aJob(aState.running()), report, at(100));

    expect(eventsOf(decision)).toEqual([
      "1 job.queued",
      "2 job.progress",
      "3 job.output",
      "4 job.succeeded",
    ]);
    expect(snapshotOf(decision.job)).toMatchObject({
      status: "succeeded",
      progress: { percent: 50, message: "half" },
    });
  });

  test("a new attempt begins without progress", () => {
    const job = aJob(aState.backing_off(), {
      progress: { percent: 90, message: null },
      plan: aPlan({ dispatch: "direct" }),
    });

    expect(decided(job, aCommand.wake(), at(30_000)).job.steps[0].progress).toBeNull();
  });
});
