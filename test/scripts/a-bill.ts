import type { Bill } from "../../scripts/bench/prices.ts";

/** For nothing. */
export const NOTHING: Bill = {
  worker_requests: 0,
  worker_cpu_ms: 0,
  object_requests: 0,
  object_active_ms: 0,
  rows_written: 0,
  rows_read: 0,
  queue_operations: 0,
  bucket_class_a: 0,
  bucket_class_b: 0,
};
