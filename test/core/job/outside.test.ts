import { describe, expect, test } from "vitest";
import type { Job } from "../../../src/core/job/job.ts";
import type { SideCalls } from "../../../src/core/job/side-calls.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { failureOf } from "../../../src/core/plugin/outcome.ts";
import { aBatch, aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aJob, aPlan, aState, at, TOKEN } from "../../support/a-job.ts";
import { decided, eventsOf, stateOf } from "../../support/decided.ts";

const line = (message: string) => ({ level: "info", message });
const anAcceptance: Outcome = { kind: "accepted", logs: [line("rendering at the farm")] };
const outside = aState.running({ runner: "outside", leaseExpiresAt: at(125_000) });

describe("work that is finished outside", () => {
  test("running --report accepted--> running: nobody's lease, until the deadline and the grace", () => {
    const decision = decided(
      aJob(aState.running({ runner: "object" })),
      aCommand.report({ outcome: anAcceptance }),
      at(50),
    );

    expect(stateOf(decision)).toEqual({ ...outside, logs: anAcceptance.logs });
    expect(decision.effects).toEqual([]);
    expect(wakeAt(decision.job)).toBe(at(125_000));
  });

  test("running outside --extend--> running: a consumer's late word takes no time from it", () => {
    const job = aJob(outside);

    expect(decided(job, aCommand.extend(), at(60))).toEqual({ job, effects: [] });
  });

  test("running outside --report accepted again--> running: nothing is kept twice", () => {
    const job = aJob({ ...outside, logs: anAcceptance.logs });

    expect(stateOf(decided(job, aCommand.report({ outcome: anAcceptance }), at(60)))).toEqual({
      ...outside,
      logs: anAcceptance.logs,
    });
  });

  test("running in the object --report by somebody outside--> succeeded: its call is given up", () => {
    const job = aJob(aState.running({ runner: "object" }));

    expect(decided(job, aCommand.report(), at(60)).effects).toEqual([
      { kind: "abort", token: TOKEN },
    ]);
  });

  test("what is said from outside is numbered apart from what the runner passes on", () => {
    const say = (job: Job, from: SideCalls["from"], number: number) =>
      decided(
        job,
        aCommand.progress({ batch: aBatch({ from, number, text: `${from} ${number}` }) }),
        at(100),
      ).job;

    const told = [
      ["outside", 1],
      ["runner", 1],
      ["runner", 2],
      ["outside", 2],
      ["runner", 2],
      ["outside", 1],
    ] as const;
    const job = told.reduce((so, [from, number]) => say(so, from, number), aJob(aState.running()));

    const texts = job.events.filter(({ type }) => type === "job.output");
    expect(texts.map(({ data }) => data["text"])).toEqual([
      "outside 1",
      "runner 1",
      "runner 2",
      "outside 2",
    ]);
  });

  test("running outside --report success--> succeeded: with the logs of both answers", () => {
    const job = aJob({ ...outside, logs: anAcceptance.logs });
    const outcome = { ...aSuccess, logs: [line("done")] } as Outcome;

    const decision = decided(job, aCommand.report({ outcome }), at(100_000));

    expect(stateOf(decision)).toMatchObject({ status: "succeeded" });
    expect(decision.job.steps[0].past).toMatchObject([
      { logs: [line("rendering at the farm"), line("done")] },
    ]);
  });

  test("running outside --wake before the deadline--> running: an object that forgot lost nothing", () => {
    const job = aJob(outside);

    expect(decided(job, aCommand.wake(), at(124_999))).toEqual({ job, effects: [] });
  });

  test("running outside --wake after deadline and grace--> backing off: it timed out", () => {
    expect(stateOf(decided(aJob(outside), aCommand.wake(), at(125_000)))).toMatchObject({
      status: "backing_off",
      error: { category: "timeout" },
    });
  });
});

describe("a plugin over HTTP", () => {
  const plan = aPlan({ transport: "http", binding: null });
  const loading = aJob(aState.running({ phase: "loading" }), { plan });

  test("queued --claim--> running, and loading until it is heard of", () => {
    const decision = decided(aJob(aState.queued(), { plan }), aCommand.claim(), at(100));

    expect(stateOf(decision)).toMatchObject({ status: "running", phase: "loading" });
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.running"]);
  });

  test("is at work once it reports progress, which is an event of its own", () => {
    const decision = decided(loading, aCommand.progress(), at(100));

    expect(stateOf(decision)).toMatchObject({ phase: "working", batch: 1 });
    expect(eventsOf(decision)).toEqual([
      "1 job.queued",
      "2 job.running",
      "3 job.progress",
      "4 job.output",
    ]);
  });

  test.each([
    { what: "succeeds", outcome: aSuccess, last: "job.succeeded" },
    { what: "fails in its own words", outcome: aFailure, last: "job.retry_scheduled" },
  ])("is at work once it answers, when it $what", ({ outcome, last }) => {
    const decision = decided(loading, aCommand.report({ outcome }), at(100));

    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.running", `3 ${last}`]);
    expect(decision.job.events[1]?.data).toEqual({ phase: "working" });
  });

  test("is at work once it takes the work on", () => {
    const decision = decided(loading, aCommand.report({ outcome: anAcceptance }), at(100));

    expect(stateOf(decision)).toMatchObject({ phase: "working", runner: "outside" });
    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.running"]);
  });

  test("was never at work when the call broke off", () => {
    const outcome = failureOf("transport", "Connection refused");

    expect(eventsOf(decided(loading, aCommand.report({ outcome }), at(100)))).toEqual([
      "1 job.queued",
      "2 job.retry_scheduled",
    ]);
  });
});
