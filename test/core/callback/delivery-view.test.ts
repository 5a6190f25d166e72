import { describe, expect, test } from "vitest";
import { deliveryNamed, ledgerView } from "../../../src/core/callback/delivery-view.ts";
import { failedBy } from "../../../src/core/callback/verdict.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { durationMs } from "../../../src/lang/time.ts";
import { aCallback, anAttemptToDeliver, aToldJob } from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import { at } from "../../support/a-job.ts";
import { decidedAll } from "../../support/decided.ts";

const states = aCallback();
const standard = aCallback({
  url: "https://other.example.com",
  profile: "standard",
  events: ["job.running"],
});
const last = anAttemptToDeliver({
  at: at(100),
  durationMs: durationMs(31),
  status: 500,
  error: "http_status",
  response: "<h1>Oops</h1>",
});

const claimed = decidedAll(aToldJob([states, standard]), [aCommand.claim(), 10]);
const rows = (job: Job) => ledgerView(job, job.ledger);
const inShort = (job: Job) =>
  rows(job).map(({ seq, endpoint, state }) => `${seq} ${new URL(endpoint).host} ${state}`);

/** Event 1 has been delivered to the first, and then been asked for again. */
const told = decidedAll(claimed, [aCommand.note_delivery(), 20]);
const again = decidedAll(told, [aCommand.resend(told.ledger[0]), 30]);

describe("the ledger", () => {
  test("has a row for each delivery, in the order of events", () => {
    expect(inShort(claimed)).toEqual([
      "1 receiver.example.com pending",
      "2 receiver.example.com pending",
      "2 other.example.com pending",
      "3 receiver.example.com pending",
      "3 other.example.com pending",
    ]);
    expect(rows(aToldJob([]))).toEqual([]);
  });

  test("says of what is on its way that it is pending, and of no next attempt", () => {
    expect(rows(claimed)[0]).toEqual({
      delivery_id: "msg_job-1_1_1",
      endpoint: "https://receiver.example.com/hook",
      profile: "states",
      event: "job.queued",
      seq: 1,
      job_state: "queued",
      state: "pending",
      attempts: 0,
      last_status: null,
      last_error: null,
      last_attempt_at: null,
      last_duration_ms: null,
      next_attempt_at: null,
      settled_at: null,
      response: null,
      links: { resend: "http://gateway.test/jobs/job-1/deliveries/msg_job-1_1_1/resend" },
    });
    expect(rows(claimed)[2]).toMatchObject({ profile: "standard", job_state: null });
  });

  test("says of what rests how it went, and when it is tried again", () => {
    const verdict = failedBy("http_status");
    const rested = decidedAll(claimed, [aCommand.note_delivery({ verdict, last, jitter: 0 }), 200]);

    expect(rows(rested)[0]).toMatchObject({
      state: "pending",
      attempts: 1,
      last_status: 500,
      last_error: "http_status",
      last_attempt_at: "2027-01-15T08:00:00.100Z",
      last_duration_ms: 31,
      next_attempt_at: "2027-01-15T08:00:05.200Z",
      settled_at: null,
      response: "<h1>Oops</h1>",
    });
    expect(rows(rested).slice(1)).toMatchObject(Array(4).fill({ next_attempt_at: null }));
  });

  test("says of what is over when it was", () => {
    const verdict = failedBy("url_not_allowed");
    const failed = decidedAll(told, [aCommand.note_delivery({ seq: 2, verdict, last }), 400]);

    expect(rows(failed).filter(({ settled_at }) => settled_at !== null)).toMatchObject([
      { seq: 1, state: "delivered", settled_at: "2027-01-15T08:00:00.020Z" },
      { seq: 2, state: "failed", settled_at: "2027-01-15T08:00:00.400Z", next_attempt_at: null },
    ]);
  });

  test("has one row for what is sent again, which tells of now", () => {
    expect(inShort(again).filter((row) => row.startsWith("1 "))).toEqual([
      "1 receiver.example.com pending",
    ]);
    expect(rows(again)[0]).toMatchObject({ attempts: 1, last_status: 200, settled_at: null });
  });

  test("tells of the last end, where it has ended more than once", () => {
    const verdict = { kind: "gone" } as const;
    const failed = decidedAll(
      again,
      [aCommand.note_delivery({ seq: 2 }), 40],
      [aCommand.note_delivery({ seq: 3 }), 50],
      [aCommand.note_delivery({ attempt: 2, verdict, last }), 60],
    );

    expect(failed.ledger).toHaveLength(4);
    expect(rows(failed).filter(({ seq }) => seq === 1)).toMatchObject([
      { state: "failed", attempts: 2, last_status: 500, settled_at: "2027-01-15T08:00:00.060Z" },
    ]);
  });

  test("takes what the store has put away from there", () => {
    const { ledger } = told;

    expect(ledgerView({ ...told, ledger: [] }, ledger)).toEqual(rows(told));
  });

  test("leaves out what it has of no endpoint of the job", () => {
    const strange = told.ledger.map((entry) => ({ ...entry, endpoint: 9 }));

    expect(ledgerView(claimed, strange)).toEqual(rows(claimed));
  });
});

describe("a delivery by its id", () => {
  const named = (job: Job, id: string) => deliveryNamed(job, job.ledger, id);

  test("is what is owed", () => {
    expect(named(claimed, "msg_job-1_2_3")).toEqual({
      seq: 3,
      type: "job.running",
      change: null,
      attempts: 0,
      attemptsBefore: 0,
      isResent: false,
      part: 0,
      begunAttempt: null,
      last: null,
      endpoint: 2,
    });
  });

  test("is what is over", () => {
    expect(named(told, "msg_job-1_1_1")).toEqual(told.ledger[0]);
  });

  test("is as it is now, where it was over and is owed again", () => {
    expect(named(again, "msg_job-1_1_1")).toMatchObject({ isResent: true, attemptsBefore: 1 });
  });

  test("is the last of its ends, where it has ended more than once", () => {
    const [first] = told.ledger;
    const twice = first === undefined ? [] : [first, { ...first, number: 2, attempts: 2 }];

    expect(deliveryNamed(told, twice, "msg_job-1_1_1")).toMatchObject({ attempts: 2 });
  });

  test.each([
    { what: "of another event", id: "msg_job-1_1_9" },
    { what: "to somebody who did not want it", id: "msg_job-1_2_1" },
    { what: "to no endpoint", id: "msg_job-1_3_1" },
    { what: "of another job", id: "msg_job-2_1_1" },
    { what: "by no id", id: "1" },
  ])("is none $what", ({ id }) => {
    expect(named(told, id)).toBeNull();
  });
});
