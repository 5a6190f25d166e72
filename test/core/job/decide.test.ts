import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/job/decide.ts";
import { attemptToken, ONLY_STEP } from "../../../src/core/job/step.ts";
import { failureOf } from "../../../src/core/plugin/outcome.ts";
import { seconds } from "../../../src/lang/time.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aJob, aPastAttempt, aPlan, aState, at, T0, TOKEN } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

describe("submit", () => {
  test("absent --submit--> queued: owes the queue a message, and sends it again after 15 s", () => {
    const submit = aCommand.submit();

    expect(decided(null, submit, T0)).toEqual({
      job: aJob(aState.queued({ sends: 1, sendAgainAt: at(15_000) })),
      effects: [{ kind: "send", step: ONLY_STEP, attempt: 1 }],
    });
  });

  test("absent --submit, direct--> running: guarded after 15 s, both phases are events", () => {
    const plan = aPlan({ dispatch: "direct" });
    const submit = aCommand.submit({ submission: { ...aCommand.submit().submission, plan } });

    const decision = decided(null, submit, T0);

    expect(stateOf(decision)).toEqual(
      aState.running({ runner: "object", leaseExpiresAt: at(15_000), deadlineAt: at(120_000) }),
    );
    expect(decision.job.events.slice(1)).toMatchObject([
      { seq: 2, type: "job.running", at: T0, attempt: 1, data: { phase: "loading" } },
      { seq: 3, type: "job.running", at: T0, attempt: 1, data: { phase: "working" } },
    ]);
    expect(decision.effects).toEqual([{ kind: "call", step: ONLY_STEP, token: TOKEN }]);
  });

  test("running --submit again--> running: nothing starts a second time", () => {
    const job = aJob(aState.running());

    expect(decided(job, aCommand.submit(), at(5))).toEqual({ job, effects: [] });
  });
});

describe("claim", () => {
  test("queued --claim--> running: a consumer has 30 s, and the deadline starts", () => {
    const decision = decided(aJob(aState.queued()), aCommand.claim(), at(100));

    expect(stateOf(decision)).toEqual(
      aState.running({
        startedAt: at(100),
        leaseExpiresAt: at(30_100),
        deadlineAt: at(120_100),
      }),
    );
    expect(decision.effects).toEqual([]);
  });

  test("queued --claim for the object--> running: the object is told to call", () => {
    const claim = aCommand.claim({ runner: "object" });

    const decision = decided(aJob(aState.queued()), claim, at(100));

    expect(stateOf(decision)).toMatchObject({ runner: "object", leaseExpiresAt: at(15_100) });
    expect(decision.effects).toEqual([{ kind: "call", step: ONLY_STEP, token: TOKEN }]);
  });

  test("running --claim with the token it holds--> running: nothing is called a second time", () => {
    const job = aJob(aState.running({ runner: "object" }));

    expect(decided(job, aCommand.claim({ runner: "object" }), at(5))).toEqual({ job, effects: [] });
  });

  test.each([
    { what: "another attempt", claim: aCommand.claim({ attempt: 2 }) },
    { what: "no step of the job", claim: aCommand.claim({ step: "other" as typeof ONLY_STEP }) },
  ])("queued --claim that names $what--> refused", ({ claim }) => {
    expect(decide(aJob(aState.queued()), claim, at(100))).toEqual({
      ok: false,
      reason: { code: "attempt_not_claimable", status: "queued" },
    });
  });
});

describe("extend", () => {
  test("running --extend--> running: the lease moves, the deadline stays", () => {
    const decision = decided(aJob(aState.running()), aCommand.extend(), at(20_000));

    expect(stateOf(decision)).toEqual(aState.running({ leaseExpiresAt: at(50_000) }));
  });

  test.each([
    { what: "another token", extend: aCommand.extend({ token: attemptToken("old") }) },
    { what: "no step of the job", extend: aCommand.extend({ step: "other" as typeof ONLY_STEP }) },
  ])("running --extend with $what--> refused", ({ extend }) => {
    expect(decide(aJob(aState.running()), extend, at(100))).toEqual({
      ok: false,
      reason: { code: "stale_attempt", status: "running" },
    });
  });
});

describe("report", () => {
  test("running --report success--> succeeded: keeps the result and the logs", () => {
    const logs = [{ level: "info", message: "read 3 pages" }];
    const report = aCommand.report({ outcome: { ...aSuccess, logs } as typeof aSuccess });

    const decision = decided(aJob(aState.running()), report, at(2000));

    expect(stateOf(decision)).toEqual(
      aState.succeeded({ finishedAt: at(2000), result: { text: "done", output: { n: 1 } } }),
    );
    expect(decision.job.steps[0].past).toEqual([
      aPastAttempt({ endedAt: at(2000), error: null, logs }),
    ]);
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.succeeded"]);
  });

  test("running --report success of a fire-and-forget job--> succeeded: without the result", () => {
    const job = aJob(aState.running(), { keepsResult: false });

    expect(stateOf(decided(job, aCommand.report(), at(2000)))).toMatchObject({ result: null });
  });

  test("running --report success after the deadline--> succeeded: the lease decides, not the clock", () => {
    expect(stateOf(decided(aJob(aState.running()), aCommand.report(), at(124_999)))).toMatchObject({
      status: "succeeded",
    });
  });

  test("running --report failure--> backing off: rests base + jitter, then is attempt 2", () => {
    const report = aCommand.report({ outcome: aFailure });

    const decision = decided(aJob(aState.running()), report, at(1000));

    expect(stateOf(decision)).toEqual(aState.backing_off({ retryAt: at(1000 + 30_000 + 15_000) }));
    expect(decision.job.steps[0].past).toEqual([aPastAttempt()]);
    expect(decision.job.events.at(-1)).toMatchObject({
      seq: 2,
      type: "job.retry_scheduled",
      at: at(1000),
      attempt: 1,
      data: { reason: "plugin_error", next_retry_at: "2027-01-15T08:00:46.000Z" },
    });
  });

  test("running --report failure with retry_after--> backing off: rests as the plugin asked", () => {
    const outcome = { ...aFailure, retryAfterMs: seconds(7) } as typeof aFailure;

    const decision = decided(aJob(aState.running()), aCommand.report({ outcome }), at(1000));

    expect(stateOf(decision)).toMatchObject({ status: "backing_off", retryAt: at(8000) });
  });

  test.each([
    { status: "failed", failure: { ...aFailure, retryable: false }, reason: "plugin_error" },
    { status: "dead", failure: aFailure, reason: "attempts_exhausted" },
    {
      status: "timed_out",
      failure: failureOf("timeout", "It broke", { code: "boom" }),
      reason: "attempts_exhausted",
    },
  ])(
    "running, last attempt --report failure--> $status: says why",
    ({ status, failure, reason }) => {
      const job = aJob(aState.running(), {
        plan: aPlan({ retry: { maxAttempts: 1, baseMs: seconds(1), maxMs: seconds(1) } }),
      });

      const decision = decided(
        job,
        aCommand.report({ outcome: failure as typeof aFailure }),
        at(9),
      );

      expect(stateOf(decision)).toMatchObject({ status, error: { code: "boom", attempt: 1 } });
      expect(decision.job.events.at(-1)).toMatchObject({ type: `job.${status}`, data: { reason } });
    },
  );

  test.each([
    { what: "another token", report: aCommand.report({ token: attemptToken("old") }) },
    { what: "no step of the job", report: aCommand.report({ step: "other" as typeof ONLY_STEP }) },
  ])("running --report with $what--> refused", ({ report }) => {
    expect(decide(aJob(aState.running()), report, at(100))).toEqual({
      ok: false,
      reason: { code: "stale_attempt", status: "running" },
    });
  });
});

describe("wake", () => {
  test("queued --wake when unclaimed--> queued: sends again, and rests twice as long", () => {
    const decision = decided(aJob(aState.queued()), aCommand.wake(), at(15_000));

    expect(stateOf(decision)).toEqual(aState.queued({ sends: 2, sendAgainAt: at(45_000) }));
    expect(decision.effects).toEqual([{ kind: "send", step: ONLY_STEP, attempt: 1 }]);
  });

  test("queued --wake after many sends--> queued: never rests longer than 5 minutes", () => {
    const job = aJob(aState.queued({ sends: 40, sendAgainAt: at(15_000) }));

    expect(stateOf(decided(job, aCommand.wake(), at(15_000)))).toMatchObject({
      sends: 41,
      sendAgainAt: at(15_000 + 300_000),
    });
  });

  test("backing off --wake when due, direct--> running: with the command's token", () => {
    const job = aJob(aState.backing_off(), { plan: aPlan({ dispatch: "direct" }) });

    const decision = decided(job, aCommand.wake(), at(30_000));

    expect(stateOf(decision)).toMatchObject({ status: "running", attempt: 2, token: "token-2" });
    expect(decision.effects).toEqual([{ kind: "call", step: ONLY_STEP, token: "token-2" }]);
  });

  test("backing off --wake when due, queue--> queued: sends the next attempt", () => {
    const decision = decided(aJob(aState.backing_off()), aCommand.wake(), at(30_000));

    expect(stateOf(decision)).toEqual(
      aState.queued({ attempt: 2, sends: 1, sendAgainAt: at(45_000) }),
    );
    expect(decision.effects).toEqual([{ kind: "send", step: ONLY_STEP, attempt: 2 }]);
  });

  test("running --wake after deadline and grace--> backing off: it timed out", () => {
    const decision = decided(aJob(aState.running()), aCommand.wake(), at(125_000));

    expect(stateOf(decision)).toMatchObject({
      status: "backing_off",
      error: { category: "timeout", message: "No answer within 120000 ms" },
    });
  });

  test("running at a consumer --wake after the lease--> backing off: rescued within seconds", () => {
    const decision = decided(aJob(aState.running()), aCommand.wake(), at(30_000));

    expect(stateOf(decision)).toMatchObject({
      status: "backing_off",
      retryAt: at(31_500),
      error: { category: "lease_lost" },
    });
  });

  test("running in the object --wake while it is held--> running: the guard is extended", () => {
    const job = aJob(aState.running({ runner: "object", leaseExpiresAt: at(15_000) }));

    const decision = decided(job, aCommand.wake({ held: [TOKEN] }), at(15_000));

    expect(stateOf(decision)).toMatchObject({ status: "running", leaseExpiresAt: at(30_000) });
  });

  test("running in the object --early wake while it is held--> running: nothing changes", () => {
    const job = aJob(aState.running({ runner: "object", leaseExpiresAt: at(15_000) }));

    expect(decided(job, aCommand.wake({ held: [TOKEN] }), at(9000))).toEqual({ job, effects: [] });
  });

  test("running in the object --wake that does not remember it--> backing off, at once", () => {
    const job = aJob(aState.running({ runner: "object", leaseExpiresAt: at(15_000) }));

    const decision = decided(job, aCommand.wake({ held: [] }), at(10));

    expect(stateOf(decision)).toMatchObject({
      status: "backing_off",
      error: { category: "lease_lost" },
    });
  });

  test("succeeded --wake after its retention--> succeeded: is erased", () => {
    const job = aJob(aState.succeeded());

    expect(decided(job, aCommand.wake(), at(30 * 86_400_000 + 1000))).toEqual({
      job,
      effects: [{ kind: "erase" }],
    });
  });
});

describe("decide", () => {
  test("keeps time within a job when the clock goes back", () => {
    const job = aJob(aState.running(), {
      events: [{ seq: 1, type: "job.queued", at: at(5000), attempt: 1, data: {}, stepThen: null }],
    });

    expect(decided(job, aCommand.report(), at(-3_600_000)).job.events.at(-1)?.at).toBe(at(5000));
  });

  test("stops on a command or a state of another version instead of guessing", () => {
    const job = aJob(aState.running());
    const alien = aJob({ status: "paused" } as never);

    expect(() => decide(job, { kind: "pause" } as never, T0)).toThrow("Cannot handle variant");
    expect(() => decide(alien, aCommand.wake(), T0)).toThrow("Cannot handle variant");
  });
});

test("an attempt that comes back from its rest by the queue is an event", () => {
  const decision = decided(aJob(aState.backing_off()), aCommand.wake(), at(30_000));

  expect(decision.job.events.at(-1)).toMatchObject({ seq: 2, type: "job.queued", attempt: 2 });
});
