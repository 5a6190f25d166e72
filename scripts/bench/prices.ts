/** What is billed of work, in the platform's own units. */
export type Bill = {
  /** Requests and batches that start a Worker. Calls between Workers are free. */
  readonly worker_requests: number;
  /** Milliseconds of a processor. */
  readonly worker_cpu_ms: number;
  /** Calls and alarms of objects; twenty messages to one over a socket count as one. */
  readonly object_requests: number;
  /** Milliseconds for which objects are active. */
  readonly object_active_ms: number;
  /** Values and alarms that are written or deleted, entries of indexes among them. */
  readonly rows_written: number;
  readonly rows_read: number;
  /** A message is written, read and deleted: three. */
  readonly queue_operations: number;
  readonly bucket_class_a: number;
  readonly bucket_class_b: number;
};

export type Meter = keyof Bill;
export type Dollars = { readonly [meter in Meter]: number };

/**
 * Dollars for a million units, on the Workers Paid plan, beyond what the five dollars a month include.
 *
 * @see https://developers.cloudflare.com/workers/platform/pricing/
 * @see https://developers.cloudflare.com/durable-objects/platform/pricing/
 * @see https://developers.cloudflare.com/queues/platform/pricing/
 * @see https://developers.cloudflare.com/r2/pricing/
 */
export const PRICES = {
  /** When they were read. */
  date: "2026-11-20",
  source: "https://developers.cloudflare.com/workers/platform/pricing/",
  dollars_per_million: {
    worker_requests: 0.3,
    worker_cpu_ms: 0.02,
    object_requests: 0.15,
    // 12.50 for a million GB-seconds; an object is billed for 128 MB, whatever it uses.
    object_active_ms: (12.5 * 0.125) / 1000,
    rows_written: 1,
    rows_read: 0.001,
    queue_operations: 0.4,
    bucket_class_a: 4.5,
    bucket_class_b: 0.36,
  },
  /** Of what objects store. Beside the bill, because it depends on how long jobs are kept. */
  dollars_per_gb_month: 0.2,
} as const satisfies {
  readonly date: string;
  readonly source: string;
  readonly dollars_per_million: Dollars;
  readonly dollars_per_gb_month: number;
};

export const METERS = Object.keys(PRICES.dollars_per_million) as readonly Meter[];

const BYTES_PER_GB = 1_000_000_000;
const DAYS_PER_MONTH = 30;
const MILLION = 1_000_000;

/** What a million of something cost of which one is billed so. */
export function dollarsPerMillion(bill: Bill): Dollars {
  return eachMeter((meter) => bill[meter] * PRICES.dollars_per_million[meter]);
}

export function sumOf(dollars: Dollars): number {
  return METERS.reduce((sum, meter) => sum + dollars[meter], 0);
}

/** Two things that are billed together. */
export function sumOfBills(left: Bill, right: Bill): Bill {
  return eachMeter((meter) => left[meter] + right[meter]);
}

/** What it costs to store a million of something for so many days. */
export function storageDollarsPerMillion(bytes: number, days: number): number {
  const gbMonths = ((bytes * MILLION) / BYTES_PER_GB) * (days / DAYS_PER_MONTH);
  return gbMonths * PRICES.dollars_per_gb_month;
}

/** One number for each of what is billed. */
function eachMeter(numberOf: (meter: Meter) => number): {
  readonly [meter in Meter]: number;
} {
  const entries = METERS.map((meter) => [meter, numberOf(meter)] as const);
  return Object.fromEntries(entries) as { readonly [meter in Meter]: number };
}
