import { expect, test } from "vitest";
import { breakerView } from "../../../src/core/breaker/breaker-view.ts";
import { rfc3339 } from "../../../src/lang/time.ts";
import { aBreaker, aPolicy, RESET_MS } from "../../support/a-breaker.ts";
import { at, T0 } from "../../support/a-job.ts";

const POLICY = { threshold: 3, reset_ms: RESET_MS, scope: "all" };

test.each([
  {
    breaker: aBreaker.closed({ failures: 2, failedAt: T0 }),
    view: { state: "closed", failures: 2, opened_at: null, retry_at: null },
  },
  {
    breaker: aBreaker.open(),
    view: { state: "open", failures: 3, opened_at: rfc3339(T0), retry_at: rfc3339(at(RESET_MS)) },
  },
  {
    breaker: aBreaker.half_open(),
    view: {
      state: "half_open",
      failures: 3,
      opened_at: rfc3339(T0),
      retry_at: rfc3339(at(2 * RESET_MS)),
    },
  },
])("$breaker.state is shown with its policy", ({ breaker, view }) => {
  expect(breakerView(breaker, aPolicy)).toEqual({ ...POLICY, ...view });
});
