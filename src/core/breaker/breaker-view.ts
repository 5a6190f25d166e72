import { rfc3339 } from "../../lang/time.ts";
import type { BreakerPolicy } from "../plugin/plugin-settings.ts";
import { type Breaker, retryAt } from "./breaker.ts";

/** A breaker as it is shown to people and programs. */
export type BreakerView = {
  readonly state: Breaker["state"];
  /** Failed jobs in a row. */
  readonly failures: number;
  readonly threshold: number;
  readonly reset_ms: number;
  readonly scope: BreakerPolicy["scope"];
  /** Since when no job starts, probes apart; `null` while it is closed. */
  readonly opened_at: string | null;
  /** When the next probe may start, unless something is heard before; `null` while it is closed. */
  readonly retry_at: string | null;
};

export function breakerView(breaker: Breaker, policy: BreakerPolicy): BreakerView {
  const { state, failures } = breaker;
  const { threshold, resetMs, scope } = policy;
  return {
    state,
    failures,
    threshold,
    reset_ms: resetMs,
    scope,
    opened_at: breaker.state === "closed" ? null : rfc3339(breaker.openedAt),
    retry_at: breaker.state === "closed" ? null : rfc3339(retryAt(breaker, policy)),
  };
}
