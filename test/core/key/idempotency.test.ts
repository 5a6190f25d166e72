import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobId } from "../../../src/core/job/job.ts";
import {
  claimIdempotency,
  findIdempotency,
  freeAt,
  type IdempotencyRecord,
  idempotencyWakeAt,
} from "../../../src/core/key/idempotency.ts";
import { hours } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const RECORD: IdempotencyRecord = {
  kind: "idempotency",
  jobId: jobId("first"),
  claimant: jobId("first"),
  fingerprint: "f",
  claimedAt: T0,
};
const DAY = hours(24);

const aClaim = (over: Partial<IdempotencyRecord> = {}) => ({
  jobId: jobId("later"),
  claimant: jobId("later"),
  fingerprint: "f",
  ...over,
});

describe("an Idempotency-Key", () => {
  test.each([
    { what: "one that nobody has claimed", record: null, ms: 0, holder: "later" },
    { what: "the same request at once", record: RECORD, ms: 0, holder: "first" },
    { what: "a clock that went back", record: RECORD, ms: -60_000, holder: "first" },
    { what: "the last millisecond of its day", record: RECORD, ms: DAY - 1, holder: "first" },
    { what: "the first instant after it", record: RECORD, ms: DAY, holder: "later" },
  ])("stands for the job '$holder': $what", ({ record, ms, holder }) => {
    const claimed = claimIdempotency(record, aClaim(), at(ms));

    expect(claimed).toMatchObject({ ok: true, value: { jobId: holder } });
  });

  test("that is taken is not written again", () => {
    const claimed = claimIdempotency(RECORD, aClaim(), at(1));

    expect(claimed.ok && claimed.value).toBe(RECORD);
  });

  test("remembers who claimed it, for what, and when", () => {
    const claim = aClaim({ jobId: jobId("deduplicated") });

    expect(claimIdempotency(null, claim, at(5))).toEqual({
      ok: true,
      value: { kind: "idempotency", ...claim, claimedAt: at(5) },
    });
  });

  test.each([
    { what: "within its day", ms: DAY - 1, ok: false },
    { what: "after it", ms: DAY, ok: true },
  ])("refuses another request $what: $ok", ({ ms, ok }) => {
    const claimed = claimIdempotency(RECORD, aClaim({ fingerprint: "g" }), at(ms));

    expect(claimed).toMatchObject(
      ok ? { value: { jobId: "later" } } : { reason: { code: "idempotency_key_reused" } },
    );
  });

  test.each([
    { what: "is taken", record: RECORD, fingerprint: "f", ms: 1, found: { value: RECORD } },
    { what: "is free", record: null, fingerprint: "f", ms: 1, found: { value: null } },
    { what: "is over", record: RECORD, fingerprint: "f", ms: DAY, found: { value: null } },
    {
      what: "is another request's",
      record: RECORD,
      fingerprint: "g",
      ms: 1,
      found: { reason: { code: "idempotency_key_reused" } },
    },
  ])("that is looked up says that it $what", ({ record, fingerprint, ms, found }) => {
    expect(findIdempotency(record, fingerprint, at(ms))).toMatchObject(found);
  });

  test("wakes when it is free, and not again", () => {
    expect(freeAt(RECORD)).toBe(at(DAY));
    expect(idempotencyWakeAt(RECORD, T0)).toBe(at(DAY));
    expect(idempotencyWakeAt(RECORD, at(DAY))).toBeNull();
  });

  test("gives all requests of one day the same job, whatever they propose", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 * DAY }), { minLength: 1, maxLength: 50, size: "max" }),
        (times) => {
          let record: IdempotencyRecord | null = null;
          for (const [index, ms] of times.toSorted((left, right) => left - right).entries()) {
            const before: IdempotencyRecord | null = record;
            const id = jobId(`job-${index}`);
            const claimed = claimIdempotency(before, aClaim({ jobId: id, claimant: id }), at(ms));
            if (!claimed.ok) throw new Error("refused");
            record = claimed.value;

            const isNew = before === null || at(ms) - before.claimedAt >= DAY;
            expect(record.jobId).toBe(isNew ? id : before.jobId);
          }
        },
      ),
    );
  });
});
