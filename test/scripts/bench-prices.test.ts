import { describe, expect, test } from "vitest";
import { billOf } from "../../scripts/bench/counted.ts";
import {
  dollarsPerMillion,
  METERS,
  storageDollarsPerMillion,
  sumOf,
  sumOfBills,
} from "../../scripts/bench/prices.ts";
import { NOTHING } from "./a-bill.ts";

describe("dollars for a million", () => {
  test.each([
    { meter: "worker_requests", dollars: 0.3 },
    { meter: "worker_cpu_ms", dollars: 0.02 },
    { meter: "object_requests", dollars: 0.15 },
    // A second of each is a million seconds, of an eighth of a GB each.
    { meter: "object_active_ms", units: 1000, dollars: 1.5625 },
    { meter: "rows_written", dollars: 1 },
    { meter: "rows_read", units: 1000, dollars: 1 },
    { meter: "queue_operations", units: 3, dollars: 1.2 },
    { meter: "bucket_class_a", dollars: 4.5 },
    { meter: "bucket_class_b", dollars: 0.36 },
  ])("count $meter by its unit price", ({ meter, units = 1, dollars }) => {
    const each = dollarsPerMillion({ ...NOTHING, [meter]: units });

    expect(sumOf(each)).toBeCloseTo(dollars, 10);
    expect(METERS.filter((other) => each[other] !== 0)).toEqual([meter]);
  });

  test("are those of both where two things are billed together", () => {
    const job = { ...NOTHING, rows_written: 4, object_requests: 1 };
    const removal = { ...NOTHING, rows_written: 1, object_requests: 1 };

    expect(sumOf(dollarsPerMillion(sumOfBills(job, removal)))).toBeCloseTo(5.3, 10);
  });

  test("to store 16 KiB for thirty days are those of 16.384 GB and month", () => {
    expect(storageDollarsPerMillion(16_384, 30)).toBeCloseTo(3.2768, 10);
    expect(storageDollarsPerMillion(16_384, 1)).toBeCloseTo(3.2768 / 30, 10);
  });
});

describe("a bill", () => {
  test("is what was counted, for one of so many", () => {
    const bill = billOf(
      {
        "worker.fetch": 2,
        "worker.batch": 1,
        "JOBS.constructor": 9,
        "JOBS.removed": 9,
        "JOBS.submit": 2,
        "JOBS.alarm": 1,
        "KEYS.claimDedupe": 1,
        "JOBS.webSocketMessage": 20,
        "JOBS.rows_written": 8,
        "LANES.rows_written": 2,
        "JOBS.rows_read": 4,
        "JOBS.active_ms": 6,
        "queue.write": 2,
        "queue.read": 2,
        "queue.delete": 2,
        "runs.send": 2,
        "holdline-runs.batch": 1,
        "r2.a": 4,
        "r2.b": 2,
      },
      2,
    );

    expect(bill).toEqual({
      worker_requests: 1.5,
      // Two calls of a job, its alarm, a key; and twenty messages are one more.
      object_requests: 2.5,
      object_active_ms: 3,
      rows_written: 5,
      rows_read: 2,
      queue_operations: 3,
      bucket_class_a: 2,
      bucket_class_b: 1,
    });
  });
});
