import { describe, expect, test } from "vitest";
import { CALLBACK_EVENTS } from "../../../src/core/callback/callback-events.ts";
import { aCallback, aToldJob, endpointOf, ledgerOf, owedTo } from "../../support/a-callback.ts";
import { aCommand, aFailure } from "../../support/a-command.ts";
import { aPlan, aSubmission, at } from "../../support/a-job.ts";
import { decided, decidedAll } from "../../support/decided.ts";

/** Fails once, and succeeds. */
const RETRIED = [
  [aCommand.claim(), 100],
  [aCommand.progress(), 150],
  [aCommand.keep_artifact(), 160],
  [aCommand.report({ outcome: aFailure }), 200],
  [aCommand.wake(), 60_000],
  [aCommand.claim({ attempt: 2 }), 60_100],
  [aCommand.report(), 60_200],
] as const;

const states = aCallback();
const ends = aCallback({
  profile: "standard",
  events: ["job.succeeded", "job.failed", "job.timed_out", "job.dead", "job.cancelled"],
});

/** `queued -> loading` */
const changes = (job: Parameters<typeof endpointOf>[0]) =>
  endpointOf(job).owed.map(({ change }) => `${change?.previous} -> ${change?.state}`);

describe("a receiver of states is owed", () => {
  test("every change of state, through a retry, and nothing else", () => {
    const job = decidedAll(aToldJob([states]), ...RETRIED);

    expect(changes(job)).toEqual([
      "null -> queued",
      "queued -> loading",
      "loading -> working",
      "working -> queued",
      "queued -> loading",
      "loading -> working",
      "working -> done",
    ]);
  });

  test("one word of a retry that is queued again: of the event that came first", () => {
    const job = decidedAll(aToldJob([states]), ...RETRIED.slice(0, 5));

    expect(job.events.slice(-2).map(({ seq, type }) => [seq, type])).toEqual([
      [7, "job.retry_scheduled"],
      [8, "job.queued"],
    ]);
    expect(owedTo(job)).toEqual(["1 queued", "2 loading", "3 working", "7 queued"]);
  });

  test("one word of a job that starts later: it is queued from the beginning", () => {
    const delayed = aToldJob([states], { startAt: at(5000) });

    expect(owedTo(decidedAll(delayed, [aCommand.wake(), 5000]))).toEqual(["1 queued"]);
  });

  test("working once a plugin over HTTP is heard of", () => {
    const plan = aPlan({ transport: "http", binding: null });
    const loading = decidedAll(aToldJob([states], { plan }), [aCommand.claim(), 100]);

    expect(owedTo(loading)).toEqual(["1 queued", "2 loading"]);
    expect(owedTo(decidedAll(loading, [aCommand.progress(), 200]))).toEqual([
      "1 queued",
      "2 loading",
      "3 working",
    ]);
  });

  test("only the events that it wants, each with the state that was really before", () => {
    const some = aCallback({ events: ["job.queued", "job.succeeded"] });
    const job = decidedAll(aToldJob([some]), ...RETRIED);

    expect(changes(job)).toEqual(["null -> queued", "working -> done"]);
  });

  test("the end by somebody's word as cancelled", () => {
    const job = decidedAll(aToldJob([states]), [aCommand.cancel(), 10]);

    expect(owedTo(job)).toEqual(["1 queued", "2 cancelled"]);
  });
});

describe("a receiver of the profile standard is owed", () => {
  test("the end, where it wants no more", () => {
    const job = decidedAll(aToldJob([ends]), ...RETRIED);

    expect(endpointOf(job).owed).toMatchObject([
      { seq: 11, type: "job.succeeded", change: null, attempts: 0, last: null },
    ]);
  });

  test("all that there is, where it wants that: never progress, and never word of callbacks", () => {
    const all = aCallback({ profile: "standard", events: CALLBACK_EVENTS.standard });
    const told = decidedAll(aToldJob([all]), [aCommand.note_delivery(), 50]);
    const job = decidedAll(told, ...RETRIED);

    expect(job.events.map(({ type }) => type)).toContain("callback.delivered");
    expect(owedTo(job)).toEqual([
      "3 job.running",
      "4 job.running",
      "7 artifact.created",
      "8 job.retry_scheduled",
      "9 job.queued",
      "10 job.running",
      "11 job.running",
      "12 job.succeeded",
    ]);
  });
});

describe("what is owed goes on its way", () => {
  test("with the submission itself", () => {
    const submit = aCommand.submit({ submission: aSubmission({ callbacks: [states, ends] }) });

    const { job, effects } = decided(null, submit, at(0));

    expect(effects).toEqual([
      { kind: "send", step: "main", attempt: 1 },
      { kind: "deliver", endpoint: 1 },
    ]);
    expect(endpointOf(job).next).toEqual({ kind: "sent", sends: 1, sendAgainAt: at(15_000) });
    expect(endpointOf(job, 2).next).toBeNull();
  });

  test("one at a time: what comes while something is on its way waits", () => {
    const job = aToldJob([states]);

    const claimed = decided(job, aCommand.claim(), at(100));

    expect(claimed.effects).toEqual([]);
    expect(endpointOf(claimed.job).next).toEqual(endpointOf(job).next);
    expect(owedTo(claimed.job)).toEqual(["1 queued", "2 loading", "3 working"]);
  });

  test("after a pause, with the next event", () => {
    const told = decidedAll(aToldJob([states]), [aCommand.note_delivery(), 50]);
    expect(endpointOf(told)).toMatchObject({ owed: [], next: null });

    const claimed = decided(told, aCommand.claim(), at(100));

    expect(claimed.effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
    expect(endpointOf(claimed.job).next).toEqual({
      kind: "sent",
      sends: 1,
      sendAgainAt: at(15_100),
    });
  });

  test("to each endpoint by itself: one that is stuck holds up nobody", () => {
    const twice = aToldJob([states, states]);
    const told = decidedAll(
      twice,
      [aCommand.note_delivery({ endpoint: 2 }), 50],
      [aCommand.claim(), 100],
      [aCommand.note_delivery({ endpoint: 2, seq: 3 }), 150],
    );

    expect(owedTo(told, 1)).toEqual(["1 queued", "3 loading", "4 working"]);
    expect(owedTo(told, 2)).toEqual(["4 working"]);
    expect(ledgerOf(told)).toEqual(["1: 1 to 2 delivered", "2: 3 to 2 delivered"]);
  });

  test("never to one that is gone: what it would be owed is in the ledger at once", () => {
    const gone = decidedAll(aToldJob([states]), [
      aCommand.note_delivery({ verdict: { kind: "gone" } }),
      50,
    ]);

    const { job, effects } = decided(gone, aCommand.claim(), at(100));

    expect(effects).toEqual([]);
    expect(endpointOf(job)).toMatchObject({ isGone: true, owed: [], next: null });
    expect(ledgerOf(job)).toEqual(["1: 1 to 1 failed", "2: 3 to 1 failed", "3: 4 to 1 failed"]);
    expect(job.ledger.at(-1)).toMatchObject({
      attempts: 0,
      settledAt: at(100),
      last: { at: at(100), status: null, error: "gone" },
    });
  });

  test("of a job that nobody asked to be told of, nothing", () => {
    const { job, effects } = decided(aToldJob([]), aCommand.claim(), at(100));

    expect(effects).toEqual([]);
    expect(job.endpoints).toEqual([]);
  });
});
