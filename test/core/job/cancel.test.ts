import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/job/decide.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { aCommand } from "../../support/a-command.ts";
import { aJob, aState, at, TOKEN } from "../../support/a-job.ts";
import { decided } from "../../support/decided.ts";

describe("cancel", () => {
  test.each(["queued", "backing_off"] as const)(
    "%s --cancel--> cancelled, with the reason",
    (state) => {
      const decision = decided(aJob(aState[state]()), aCommand.cancel(), at(100));

      expect(snapshotOf(decision.job)).toMatchObject({
        status: "cancelled",
        finished_at: "2027-01-15T08:00:00.100Z",
        error: { code: "cancelled", message: "Changed my mind", retryable: false },
        attempts: [],
      });
      expect(decision.job.events.at(-1)).toMatchObject({
        type: "job.cancelled",
        data: { reason: "Changed my mind" },
      });
      expect(decision.effects).toEqual([]);
    },
  );

  test("running in the object --cancel--> cancelled: the attempt ends, its call is given up", () => {
    const job = aJob(aState.running({ runner: "object" }));

    const decision = decided(job, aCommand.cancel(), at(100));

    expect(decision.job.steps[0].past).toMatchObject([{ error: { code: "cancelled" } }]);
    expect(decision.effects).toEqual([{ kind: "abort", token: TOKEN }]);
  });

  test("running in a consumer --cancel--> cancelled: its report will come too late", () => {
    const { job, effects } = decided(aJob(aState.running()), aCommand.cancel(), at(100));

    expect(effects).toEqual([]);
    expect(decide(job, aCommand.report(), at(200))).toEqual({
      ok: false,
      reason: { code: "stale_attempt", status: "cancelled" },
    });
  });
});
