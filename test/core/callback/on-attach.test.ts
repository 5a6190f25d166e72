import { describe, expect, test } from "vitest";
import { ENDPOINTS_MAX } from "../../../src/core/callback/endpoint.ts";
import { isSame } from "../../../src/core/callback/on-attach.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { lastOf } from "../../../src/lang/non-empty.ts";
import { aCallback, aToldJob, endpointOf, ledgerOf, owedTo } from "../../support/a-callback.ts";
import { aCommand, aFailure, anAsked } from "../../support/a-command.ts";
import { aJob, aPlan, aState, at } from "../../support/a-job.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const quiet = aToldJob([]);
const claimed = decidedAll(quiet, [aCommand.claim(), 10]);
const ended = decidedAll(claimed, [aCommand.report(), 20]);

/** A plugin over HTTP is at work once it has said something. */
const loading = decidedAll(aToldJob([], { plan: aPlan({ transport: "http", binding: null }) }), [
  aCommand.claim(),
  10,
]);

/** As the store leaves a long job: only its newest event is at hand. */
const spilled = (job: Job): Job => ({ ...job, events: [lastOf(job.events)] });

describe("who is attached to a job that is under way", () => {
  test.each([
    { where: "queued", job: quiet, owed: "1 queued" },
    { where: "running", job: claimed, owed: "3 working" },
    { where: "running, and has not been heard of", job: loading, owed: "2 loading" },
    {
      where: "running, and has said something since",
      job: decidedAll(claimed, [aCommand.progress(), 20]),
      owed: "3 working",
    },
    {
      where: "waiting for an answer",
      job: decidedAll(claimed, [aCommand.report({ outcome: anAsked }), 20]),
      owed: "4 waiting",
    },
    {
      where: "waiting for its next attempt",
      job: decidedAll(claimed, [aCommand.report({ outcome: aFailure }), 20]),
      owed: "4 queued",
    },
  ])("is told first where it stands: $where", ({ job, owed }) => {
    const { job: told, effects } = decided(job, aCommand.attach(), at(30));

    expect(owedTo(told)).toEqual([owed]);
    expect(endpointOf(told).owed[0]?.change?.previous).toBeNull();
    expect(endpointOf(told).next).toEqual({ kind: "sent", sends: 1, sendAgainAt: at(15_030) });
    expect(effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
  });

  test("is told of every change from then on", () => {
    const told = decidedAll(
      quiet,
      [aCommand.attach(), 5],
      [aCommand.claim(), 10],
      [aCommand.report(), 20],
    );

    expect(owedTo(told)).toEqual(["1 queued", "2 loading", "3 working", "4 done"]);
  });

  test("is told nothing yet, where it wants only the end", () => {
    const attach = aCommand.attach({ profile: "standard", events: ["job.succeeded"] });

    const { job, effects } = decided(claimed, attach, at(15));

    expect(endpointOf(job)).toMatchObject({ owed: [], next: null });
    expect(effects).toEqual([]);
    expect(owedTo(decidedAll(job, [aCommand.report(), 20]))).toEqual(["4 job.succeeded"]);
  });

  const asked = decidedAll(claimed, [aCommand.report({ outcome: anAsked }), 20]);

  test.each(["states", "standard"] as const)("is told what the job asks: %s", (profile) => {
    const attach = aCommand.attach({ profile, events: ["job.waiting"] });

    expect(endpointOf(decidedAll(asked, [attach, 30])).owed).toMatchObject([
      { seq: 4, type: "job.waiting" },
    ]);
  });

  test("is told that the job was resumed, until something else has moved it", () => {
    const attach = aCommand.attach({ profile: "standard", events: ["job.resumed", "job.running"] });
    const resumed = decidedAll(asked, [aCommand.resume(), 30]);

    expect(owedTo(decidedAll(resumed, [attach, 40]))).toEqual(["5 job.resumed"]);
    const claimedAgain = [aCommand.claim({ attempt: 2 }), 35] as const;
    expect(owedTo(decidedAll(resumed, claimedAgain, [attach, 40]))).toEqual(["7 job.running"]);
  });

  test("is told that the job waits for another attempt, where one since the answer has failed", () => {
    const attach = aCommand.attach({ profile: "standard", events: ["job.resumed", "job.queued"] });
    const again = decidedAll(
      asked,
      [aCommand.resume(), 30],
      [aCommand.claim({ attempt: 2 }), 35],
      [aCommand.report({ outcome: aFailure }), 40],
      [aCommand.wake(), 60_000],
    );

    expect(owedTo(decidedAll(again, [attach, 60_010]))).toEqual(["9 job.queued"]);
  });

  test("is told that the job was resumed and stands in line, not that it has its slot", () => {
    const attach = aCommand.attach({ profile: "standard", events: ["job.resumed", "job.queued"] });
    const plan = aPlan({ lane: { concurrency: 1, isStateful: false } });
    const resumed = decidedAll(aJob(aState.waiting(), { plan }), [aCommand.resume(), 30]);

    expect(owedTo(decidedAll(resumed, [attach, 40]))).toEqual(["2 job.resumed"]);
    const granted = decidedAll(resumed, [aCommand.grant({ attempt: 2 }), 35]);
    expect(owedTo(decidedAll(granted, [attach, 40]))).toEqual(["3 job.queued"]);
  });

  test("is told where it stands, also where the store has put that away", () => {
    const long = spilled(decidedAll(claimed, [aCommand.progress(), 20]));

    const told = decidedAll(long, [aCommand.attach(), 30]);

    expect(owedTo(told)).toEqual(["3 working"]);
    expect(owedTo(decidedAll(told, [aCommand.report(), 40]))).toEqual(["3 working", "6 done"]);
  });

  test("is told of what comes from then on, where it was gone", () => {
    const told = decidedAll(claimed, [aCommand.attach(), 20]);
    const gone = decidedAll(told, [
      aCommand.note_delivery({ seq: 3, verdict: { kind: "gone" } }),
      30,
    ]);
    expect(endpointOf(gone)).toMatchObject({ isGone: true, owed: [] });

    const back = decidedAll(gone, [aCommand.attach(), 40]);

    expect(back.endpoints).toHaveLength(1);
    expect(endpointOf(back)).toMatchObject({ isGone: false, owed: [] });
    expect(owedTo(decidedAll(back, [aCommand.report(), 50]))).toEqual(["5 done"]);
  });

  test("is told of with all others who come with it, or none of them is", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aCallback({ url: `https://r${index}.example.com/` }),
      );
    const attach = (count: number) => ({ kind: "attach", callbacks: many(count) }) as const;

    expect(decidedAll(claimed, [attach(10), 20]).endpoints).toHaveLength(10);
    expect(decide(claimed, attach(11), at(20))).toEqual({
      ok: false,
      reason: { code: "too_many_callbacks", status: "running" },
    });
  });
});

describe("who is attached to a job that is over", () => {
  test.each(["states", "standard"] as const)("is told the end: %s", (profile) => {
    const attach = aCommand.attach({ profile, events: ["job.succeeded"] });

    const { job, effects } = decided(ended, attach, at(30));

    expect(endpointOf(job).owed).toMatchObject([{ seq: 4, type: "job.succeeded" }]);
    expect(effects).toEqual([{ kind: "deliver", endpoint: 1 }]);
  });

  test("is told the end also after word of other callbacks, and where that is put away", () => {
    const told = decidedAll(
      aToldJob(),
      [aCommand.cancel(), 10],
      [aCommand.note_delivery(), 20],
      [aCommand.note_delivery({ seq: 2 }), 30],
    );
    expect(told).toMatchObject({ finalSeq: 2, endpoints: [{ owed: [] }] });

    const attach = aCommand.attach({ url: "https://other.example.com" });

    expect(owedTo(decidedAll(told, [attach, 40]), 2)).toEqual(["2 cancelled"]);
    expect(owedTo(decidedAll(spilled(told), [attach, 40]), 2)).toEqual(["2 cancelled"]);
  });
});

describe("the same callback again", () => {
  const told = decidedAll(quiet, [aCommand.attach(), 10]);

  test("is the one that is there, also where its events come in another order", () => {
    const [first, ...others] = aCallback().events;
    const turned = [...others, ...(first === undefined ? [] : [first])];

    expect(decided(told, aCommand.attach(), at(20))).toEqual({ job: told, effects: [] });
    expect(decided(told, aCommand.attach({ events: turned }), at(20)).job).toBe(told);
  });

  test.each([
    { what: "URL", over: { url: "https://receiver.example.com/hook2" } },
    { what: "profile", over: { profile: "standard" as const } },
    { what: "secret", over: { secret: "billing" } },
    { what: "number of events", over: { events: ["job.succeeded"] as const } },
  ])("is another one with another $what", ({ over }) => {
    const two = decidedAll(told, [aCommand.attach(over), 20]);

    expect(two.endpoints.map(({ number }) => number)).toEqual([1, 2]);
    expect(endpointOf(two)).toEqual(endpointOf(told));
  });

  test("is another one where one of its events is named twice in place of another", () => {
    const doubled = aCallback({ events: ["job.succeeded", "job.succeeded"] });
    const both = aCallback({ events: ["job.succeeded", "job.failed"] });

    expect(isSame(doubled, both)).toBe(false);
    expect(isSame(both, doubled)).toBe(false);
    expect(isSame(doubled, aCallback({ events: ["job.succeeded"] }))).toBe(true);
  });
});

describe("a job with as many endpoints as it can have", () => {
  const attachNumber = (index: number) => aCommand.attach({ url: `https://r${index}.example.com` });
  const full = decidedAll(
    quiet,
    ...Array.from({ length: ENDPOINTS_MAX }, (_, index) => [attachNumber(index), 10] as const),
  );

  test("refuses one more, and knows those that it has", () => {
    expect(full.endpoints).toHaveLength(10);
    expect(decide(full, attachNumber(10), at(20))).toEqual({
      ok: false,
      reason: { code: "too_many_callbacks", status: "queued" },
    });
    expect(decide(full, attachNumber(9), at(20))).toEqual({
      ok: true,
      value: { job: full, effects: [] },
    });
  });
});

test("who is attached and gone by then is in the ledger like anybody else", () => {
  const told = decidedAll(
    ended,
    [aCommand.attach(), 30],
    [aCommand.note_delivery({ seq: 4, verdict: { kind: "gone" } }), 40],
  );

  expect(ledgerOf(told)).toEqual(["1: 4 to 1 failed"]);
});
