import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/job/decide.ts";
import { slotsLeft, slotUseOf } from "../../../src/core/job/slot.ts";
import { ONLY_STEP, stepId } from "../../../src/core/job/step.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aJob, aPlan, aState, aSubmission, at, T0, TOKEN } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

const lane = { concurrency: 1, isStateful: true };
const queuedPlan = aPlan({ lane });
const directPlan = aPlan({ lane, dispatch: "direct" });
const LEAVE = { kind: "leave", step: ONLY_STEP, attempt: 1, updates: null } as const;
const updates = { updates: { seen: 3 }, replace: false };

describe("a job that needs a slot", () => {
  test("absent --submit--> lined up: asks the lane, and again after 15 s", () => {
    const submission = aSubmission({ plan: queuedPlan });

    expect(decided(null, aCommand.submit({ submission }), T0)).toEqual({
      job: aJob(aState.lined_up(), {
        plan: queuedPlan,
        events: [
          {
            seq: 1,
            type: "job.queued",
            at: T0,
            attempt: 1,
            data: {},
            stepThen: {
              step: ONLY_STEP,
              state: aState.lined_up({ asks: 0, askAgainAt: T0 }),
              past: 0,
              progress: null,
            },
          },
        ],
      }),
      effects: [{ kind: "line_up", step: ONLY_STEP, attempt: 1, since: T0 }],
    });
  });

  test("lined up --wake when due--> lined up: asks again, from the same place in the line", () => {
    const decision = decided(
      aJob(aState.lined_up(), { plan: queuedPlan }),
      aCommand.wake(),
      at(15_000),
    );

    expect(stateOf(decision)).toEqual(aState.lined_up({ asks: 2, askAgainAt: at(45_000) }));
    expect(decision.effects).toEqual([{ kind: "line_up", step: ONLY_STEP, attempt: 1, since: T0 }]);
  });

  test("lined up --early wake--> lined up: nothing changes", () => {
    const job = aJob(aState.lined_up(), { plan: queuedPlan });

    expect(decided(job, aCommand.wake(), at(14_999))).toEqual({ job, effects: [] });
  });

  test("lined up --grant--> queued: sends the message, and says so", () => {
    const decision = decided(
      aJob(aState.lined_up(), { plan: queuedPlan }),
      aCommand.grant(),
      at(5),
    );

    expect(stateOf(decision)).toEqual(aState.queued({ sendAgainAt: at(15_005) }));
    expect(decision.effects).toEqual([{ kind: "send", step: ONLY_STEP, attempt: 1 }]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.queued"]);
  });

  test("lined up --grant, direct--> running: the object calls, with the token of the grant", () => {
    const decision = decided(
      aJob(aState.lined_up(), { plan: directPlan }),
      aCommand.grant(),
      at(5),
    );

    expect(stateOf(decision)).toMatchObject({ status: "running", runner: "object", token: TOKEN });
    expect(decision.effects).toEqual([{ kind: "call", step: ONLY_STEP, token: TOKEN }]);
  });

  test.each(["queued", "running"] as const)("%s --grant again--> %s: nothing changes", (state) => {
    const job = aJob(aState[state](), { plan: queuedPlan });

    expect(decided(job, aCommand.grant(), at(5))).toEqual({ job, effects: [] });
  });

  test.each([
    { what: "another attempt", grant: aCommand.grant({ attempt: 2 }) },
    { what: "no step of the job", grant: aCommand.grant({ step: stepId("other") }) },
  ])("lined up --grant for $what--> refused, so that the lane has its slot back", ({ grant }) => {
    expect(decide(aJob(aState.lined_up(), { plan: queuedPlan }), grant, at(5))).toEqual({
      ok: false,
      reason: { code: "slot_not_wanted", status: "queued" },
    });
  });
});

describe("the slot is given back", () => {
  test("with what the attempt changed of the state, when it succeeds", () => {
    const report = aCommand.report({ outcome: { ...aSuccess, stateUpdates: updates } as never });

    const decision = decided(aJob(aState.running(), { plan: queuedPlan }), report, at(9));

    expect(decision.effects).toEqual([{ ...LEAVE, updates }]);
    expect(slotUseOf(decision.job, ONLY_STEP, 1)).toEqual({ kind: "released", updates });
    expect(slotUseOf(decision.job, ONLY_STEP, 2)).toEqual({ kind: "released", updates: null });
  });

  test("without a change when it fails: the rest before the next attempt is nobody's slot", () => {
    const job = aJob(aState.running(), { plan: queuedPlan });

    const decision = decided(job, aCommand.report({ outcome: aFailure }), at(9));

    expect(stateOf(decision)).toMatchObject({ status: "backing_off" });
    expect(decision.effects).toEqual([LEAVE]);
  });

  test.each(["lined_up", "queued", "running"] as const)("when a %s job is cancelled", (state) => {
    const job = aJob(aState[state](), { plan: queuedPlan });

    expect(decided(job, aCommand.cancel(), at(9)).effects).toContainEqual(LEAVE);
  });

  test("not while it is used, and not by a job that never had one", () => {
    const waiting = aJob(aState.lined_up(), { plan: queuedPlan });
    expect(slotUseOf(waiting, ONLY_STEP, 1)).toEqual({ kind: "held" });
    expect(slotUseOf(waiting, stepId("other"), 1)).toEqual({ kind: "released", updates: null });
    const second = aJob(aState.lined_up({ attempt: 2 }), { plan: queuedPlan });
    expect(slotUseOf(second, ONLY_STEP, 1)).toEqual({ kind: "released", updates: null });

    expect(decided(aJob(aState.running()), aCommand.cancel(), at(9)).effects).toEqual([]);
  });

  test("not for a step that was not there before", () => {
    const job = aJob(aState.running(), { plan: queuedPlan });
    const other = aJob(aState.running(), { plan: aPlan({ lane, id: stepId("other") }) });

    expect(slotsLeft(other, job)).toEqual([]);
  });

  test("and the next attempt stands in line anew", () => {
    const job = aJob(aState.backing_off(), { plan: queuedPlan });

    const decision = decided(job, aCommand.wake(), at(30_000));

    expect(stateOf(decision)).toEqual(
      aState.lined_up({ attempt: 2, since: at(30_000), askAgainAt: at(45_000) }),
    );
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.queued"]);
  });
});

test("state that the manifest does not speak of breaks the protocol, rather than get lost", () => {
  const logs = [{ level: "info", message: "counted" }];
  const outcome = { ...aSuccess, stateUpdates: updates, logs } as never;
  const slotAlone = aPlan({ lane: { concurrency: 1, isStateful: false } });

  for (const plan of [aPlan(), slotAlone]) {
    const job = aJob(aState.running(), { plan });
    const decision = decided(job, aCommand.report({ outcome }), at(9));
    expect(stateOf(decision)).toMatchObject({
      status: "backing_off",
      error: { category: "protocol_fault" },
    });
    expect(decision.job.steps[0].past).toMatchObject([{ logs }]);
  }
});
