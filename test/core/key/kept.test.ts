import { expect, test } from "vitest";
import { KEPT_FOR_IDEMPOTENCY_MS, keptForDedupeMs } from "../../../src/core/key/kept.ts";
import { days, hours, minutes } from "../../../src/lang/time.ts";

test("a job is kept for longer than its keys hold, and than a key that joins in their last moment", () => {
  expect(KEPT_FOR_IDEMPOTENCY_MS).toBe(hours(24) + minutes(5));
  expect(keptForDedupeMs(days(30))).toBe(days(30) + KEPT_FOR_IDEMPOTENCY_MS);
});
