import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobId } from "../../../src/core/job/job.ts";
import {
  claimDedupe,
  type DedupeRecord,
  dedupeWakeAt,
  firstLookAt,
  type SeenJob,
} from "../../../src/core/key/dedupe.ts";
import { days, hours, minutes, seconds } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const TTL = hours(48);

const aRecord = (over: Partial<DedupeRecord> = {}): DedupeRecord => ({
  kind: "dedupe",
  jobId: jobId("first"),
  claimedAt: T0,
  ttlMs: TTL,
  ...over,
});

const CLAIM = { jobId: jobId("later"), ttlMs: seconds(1) };

const open = (status: "queued" | "running"): SeenJob => ({ status, finishedAt: null });
const ended = (
  status: "succeeded" | "failed" | "timed_out" | "dead" | "cancelled",
  ms = 1000,
): SeenJob => ({ status, finishedAt: at(ms) });

describe("a dedupe key", () => {
  test.each([
    { what: "queued", seen: open("queued"), ms: 1, holder: "first" },
    { what: "running for a year", seen: open("running"), ms: days(365), holder: "first" },
    { what: "just succeeded", seen: ended("succeeded"), ms: 1000, holder: "first" },
    { what: "in its window", seen: ended("succeeded"), ms: 999 + TTL, holder: "first" },
    { what: "past its window", seen: ended("succeeded"), ms: 1000 + TTL, holder: "later" },
    { what: "failed", seen: ended("failed"), ms: 1001, holder: "later" },
    { what: "failed, by a clock ahead", seen: ended("failed"), ms: 10, holder: "later" },
    { what: "timed out", seen: ended("timed_out"), ms: 1001, holder: "later" },
    { what: "dead", seen: ended("dead"), ms: 1001, holder: "later" },
    { what: "cancelled", seen: ended("cancelled"), ms: 1001, holder: "later" },
    { what: "not made yet", seen: null, ms: 1, holder: "first" },
    { what: "never made, at the end of the window", seen: null, ms: TTL - 1, holder: "first" },
    { what: "gone", seen: null, ms: TTL, holder: "later" },
  ])("stands for the job '$holder' when the first is $what", ({ seen, ms, holder }) => {
    const claimed = claimDedupe({ record: aRecord(), seen }, CLAIM, at(ms));

    expect(claimed.jobId).toBe(holder);
  });

  test("that nobody has claimed is claimed", () => {
    expect(claimDedupe(null, CLAIM, at(7))).toEqual({ kind: "dedupe", ...CLAIM, claimedAt: at(7) });
  });

  test("that is taken is not written again, and keeps its own window", () => {
    const record = aRecord();

    expect(claimDedupe({ record, seen: open("queued") }, CLAIM, at(1))).toBe(record);
  });

  test("that is taken over begins a new window, as the new trigger says", () => {
    const claimed = claimDedupe({ record: aRecord(), seen: ended("dead") }, CLAIM, at(2000));

    expect(claimed).toEqual({ kind: "dedupe", ...CLAIM, claimedAt: at(2000) });
  });

  test("knows its own claim when it comes twice, whatever has become of the job", () => {
    const record = aRecord(CLAIM);

    expect(claimDedupe({ record, seen: ended("failed") }, CLAIM, at(5000))).toBe(record);
  });

  test.each([
    { what: "a day", ttlMs: seconds(1), ms: hours(24) - 1, holder: "first" },
    { what: "no longer", ttlMs: seconds(1), ms: hours(24), holder: "later" },
  ])("keeps the id of a job that was never made for $what, however short its window", (row) => {
    const record = aRecord({ ttlMs: row.ttlMs });

    expect(claimDedupe({ record, seen: null }, CLAIM, at(row.ms)).jobId).toBe(row.holder);
  });
});

describe("the alarm of a dedupe key", () => {
  test.each([
    { ttlMs: seconds(1), firstMs: minutes(1) },
    { ttlMs: hours(2), firstMs: hours(2) },
    { ttlMs: days(30), firstMs: days(1) },
  ])("looks for the first time after $firstMs ms of a window of $ttlMs", ({ ttlMs, firstMs }) => {
    expect(firstLookAt(aRecord({ ttlMs }))).toBe(at(firstMs));
  });

  test.each([
    { what: "a day on, while the job is open", seen: open("running"), ms: 5, wakeMs: days(1) + 5 },
    {
      what: "when the window is over",
      seen: ended("succeeded"),
      ms: days(1),
      wakeMs: 1000 + TTL,
    },
    { what: "never, past the window", seen: ended("succeeded"), ms: 1000 + TTL, wakeMs: null },
    { what: "never, for a job that failed", seen: ended("failed"), ms: 1001, wakeMs: null },
    { what: "for a job that was not made", seen: null, ms: days(1), wakeMs: TTL },
    { what: "never, for a job that is gone", seen: null, ms: TTL, wakeMs: null },
  ])("comes again $what", ({ seen, ms, wakeMs }) => {
    const wakeAt = dedupeWakeAt({ record: aRecord(), seen }, at(ms));

    expect(wakeAt).toBe(wakeMs === null ? null : at(wakeMs));
  });
});

describe("under any order of triggers, crashes and ends", () => {
  const step = fc.record({
    restMs: fc.nat({ max: 3 * TTL }),
    what: fc.constantFrom("trigger", "trigger", "make", "succeed", "fail", "alarm"),
  });

  test("no job is started beside one that still stands for the key, and a failed one bars nobody", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const world = aWorld();
        for (const { restMs, what } of steps) world.step(restMs, what);
      }),
      { numRuns: 500 },
    );
  });

  type Job = SeenJob & { readonly ttlMs: number };

  /** A key, its alarm and its jobs, kept by rules of their own. */
  function aWorld() {
    let record: DedupeRecord | null = null;
    const jobs = new Map<string, Job>();
    let ms = 0;
    let drawn = 0;
    const seenOf = (id: string): SeenJob => jobs.get(id) ?? null;
    const holds = (job: Job): boolean =>
      job.finishedAt === null ||
      (job.status === "succeeded" && at(ms) < job.finishedAt + job.ttlMs);

    const end = (status: "succeeded" | "failed") => {
      for (const [id, job] of jobs) {
        if (job.finishedAt === null) jobs.set(id, { ...job, status, finishedAt: at(ms) });
      }
    };
    const trigger = () => {
      drawn += 1;
      const claim = { jobId: jobId(`job-${drawn}`), ttlMs: TTL };
      const holders = [...jobs].filter(([, job]) => holds(job)).map(([id]) => id);
      const known = record === null ? null : { record, seen: seenOf(record.jobId) };
      record = claimDedupe(known, claim, at(ms));
      if (holders.length > 0) expect([record.jobId]).toEqual(holders);
      else expect(jobs.has(record.jobId)).toBe(false);
    };
    const make = () => {
      if (record === null || jobs.has(record.jobId)) return;
      jobs.set(record.jobId, { status: "queued", finishedAt: null, ttlMs: record.ttlMs });
    };
    const alarm = () => {
      if (record === null) return;
      const wakeAt = dedupeWakeAt({ record, seen: seenOf(record.jobId) }, at(ms));
      if (wakeAt === null) record = null;
      else expect(wakeAt).toBeGreaterThan(at(ms));
    };
    const happens = {
      trigger,
      make,
      alarm,
      succeed: () => end("succeeded"),
      fail: () => end("failed"),
    };
    return {
      step: (restMs: number, what: keyof typeof happens) => {
        ms += restMs;
        happens[what]();
      },
    };
  }
});
