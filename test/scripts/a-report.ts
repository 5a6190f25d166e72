import { PRICES } from "../../scripts/bench/prices.ts";
import type { Report } from "../../scripts/bench/report.ts";
import { NOTHING } from "./a-bill.ts";

/** A small one, whose figures are nobody's. */
export const A_REPORT: Report = {
  date: "2026-11-20T12:00:00.000Z",
  seconds: 400,
  machine: {
    cores: 2,
    memory_gib: 8,
    platform: "linux x64",
    node: "24.0.0",
    workerd: "1.0.0",
    miniflare: "5.0.0",
    wrangler: "4.0.0",
  },
  pairs: 3,
  bundle_gzip_kib: 140,
  costs: [
    {
      what: "waited direct, p50 at 1",
      unit: "ms",
      floor: 2,
      holdline: 2.5,
      ratio: 1.25,
      target: "≤ 1.5",
      isMet: true,
    },
    {
      what: "waited direct, throughput at 32",
      unit: "jobs/s",
      floor: 800,
      holdline: 400,
      ratio: 0.5,
      target: "≥ 0.6",
      isMet: false,
    },
  ],
  told: [
    {
      what: "answer to a <reader>",
      p50_ms: 3,
      p99_ms: 9,
      floor: { p50_ms: 2, p99_ms: 7 },
      spread_ms: null,
      target: "p99 ≤ floor's 7 + 25 ms",
      isMet: true,
    },
    {
      what: "1,000 waiters on one job",
      p50_ms: 100,
      p99_ms: 190,
      floor: null,
      spread_ms: { first: 3, last: 200, worst: 210 },
      target: "last ≤ 1000 ms",
      isMet: true,
    },
  ],
  callbacks: [
    {
      what: "no callback, consumer",
      deliveries: 0,
      rows: 4,
      messages: 0,
      batches: 0,
      job_requests: 1,
      switch_requests: 0,
      per_delivery: null,
      target: "≤ 4 rows",
      isMet: true,
    },
  ],
  bills: [
    {
      what: "direct, waited",
      jobs: 20,
      bill: { ...NOTHING, rows_written: 5, object_requests: 2, worker_requests: 1 },
      dollars: { ...NOTHING, rows_written: 5, object_requests: 0.3, worker_requests: 0.3 },
      dollars_per_million: 5.6,
      storage_dollars: 3.28,
      target: "≤ $8",
      isMet: true,
    },
  ],
  prices: PRICES,
  growth: {
    levels: [100, 1000].map((jobs) => ({
      jobs,
      floor_ms_per_job: 2,
      ms_per_job: 2.5,
      ratio: 1.25,
      rows_written_per_job: 4,
      rows_read_per_job: 2,
      object_requests_per_job: 1,
    })),
    ratio: 1,
    has_same_counts: true,
    target: "≤ 1.2, and the same counts",
    isMet: true,
  },
  memory: {
    jobs: 10_000,
    holdline: { before_mib: 130, after_mib: 900, after_rest_mib: 800 },
    floor: { before_mib: 130, after_mib: 950, after_rest_mib: 850 },
  },
};
