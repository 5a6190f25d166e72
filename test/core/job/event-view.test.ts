import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/job/decide.ts";
import { eventView } from "../../../src/core/job/event-view.ts";
import { recordedMove } from "../../../src/core/job/history.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { stepId } from "../../../src/core/job/step.ts";
import { aBatch, aCommand, aFailure } from "../../support/a-command.ts";
import { aJob, aState, at } from "../../support/a-job.ts";

/** Submitted, claimed, failed once; claimed again, said something, succeeded. */
function aLongJob(): Job {
  const commands = [
    [aCommand.claim(), 100],
    [aCommand.report({ outcome: aFailure }), 200],
    [aCommand.wake(), 60_000],
    [aCommand.claim({ attempt: 2 }), 60_100],
    [aCommand.progress({ batch: aBatch({ text: "" }) }), 60_200],
    [aCommand.report(), 60_300],
  ] as const;
  return commands.reduce((job, [command, ms]) => {
    const decided = decide(job, command, at(ms));
    if (!decided.ok) throw new Error(decided.reason.code);
    return decided.value.job;
  }, aJob(aState.queued()));
}

describe("an event, as callers see it", () => {
  test("carries the snapshot as it was then", () => {
    const job = aLongJob();

    const seen = job.events.map((event) => {
      const { seq, type, attempt, data } = eventView(job, event);
      const { snapshot } = data as { snapshot?: Record<string, unknown> };
      const { status, phase, progress, attempts } = snapshot ?? {};
      return [seq, type, attempt, status, phase, progress, (attempts as [] | undefined)?.length];
    });

    const half = { percent: 50, message: "half" };
    const none = undefined;
    expect(seen).toEqual([
      [1, "job.queued", 1, "queued", null, null, 0],
      [2, "job.running", 1, "running", "loading", null, 0],
      [3, "job.running", 1, "running", "working", null, 0],
      [4, "job.retry_scheduled", 1, "queued", null, null, 1],
      [5, "job.queued", 2, "queued", null, null, 1],
      [6, "job.running", 2, "running", "loading", null, 1],
      [7, "job.running", 2, "running", "working", null, 1],
      [8, "job.progress", 2, none, none, none, none],
      [9, "job.succeeded", 2, "succeeded", null, half, 2],
    ]);
  });

  test("never shows a token", () => {
    const job = aLongJob();

    expect(JSON.stringify(job.events.map((event) => eventView(job, event)))).not.toContain("token");
  });

  test("of a step that is not there shows the job as it is", () => {
    const job = aJob(aState.queued());
    const happening = { type: "job.queued", at: at(1), attempt: 1, data: {} } as const;
    const odd = recordedMove(job, stepId("gone"), happening);
    const stepThen = { step: stepId("gone"), state: aState.running(), past: 0, progress: null };

    expect(odd.events[1]?.stepThen).toBeNull();
    expect(eventView(job, { seq: 2, ...happening, stepThen }).data).toMatchObject({
      snapshot: { status: "queued", seq: 2 },
    });
  });
});
