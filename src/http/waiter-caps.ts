import { readEnvironment } from "../config/environment.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type EpochMs, seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** A caller who holds a line, and how long at most: `null` = as long as they like. */
type Waiter = { readonly until: EpochMs | null };

/** Leaves the line; a second time does nothing. */
export type Leave = () => void;

/**
 * Who waits or watches in this isolate. A caller who hangs up takes the invocation along, and with it
 * every `finally`: so a waiter also leaves by the signal, and is not counted past their patience.
 */
const waiters = new Set<Waiter>();

/** Time to answer in, after patience is over. */
const ANSWER_MS = seconds(2);

/**
 * Lets a caller hold the line, or says why not: decided before anything is started, so that a caller
 * who is sent away has lost nothing. The counts are those of one isolate: a busy gateway has several.
 */
export function enterLine(call: Call, until: EpochMs | null): Result<Leave, Problem> {
  const { perToken, inAll } = readEnvironment(call.env).waiters;
  if (waiters.size >= Math.min(inAll, perToken ?? inAll)) forgetTheLate();
  if (waiters.size >= inAll) {
    return refuse({
      code: "overloaded",
      detail: `${inAll} callers are waiting already: nothing was started, try again in a second`,
      headers: { "retry-after": "1" },
    });
  }
  // Without tokens there is nobody to tell apart: all callers share what one token may have, if it is set.
  if (perToken !== null && waiters.size >= perToken) {
    return refuse({
      code: "too_many_waiters",
      detail: `${perToken} callers are waiting already: nothing was started, try again in a second`,
      headers: { "retry-after": "1" },
    });
  }
  const waiter: Waiter = { until };
  waiters.add(waiter);
  const leave = () => void waiters.delete(waiter);
  call.request.signal.addEventListener("abort", leave, { once: true });
  return ok(leave);
}

/** Looks at everyone, so only when there is no room: most callers come and go by themselves. */
function forgetTheLate(): void {
  for (const waiter of waiters) {
    if (waiter.until !== null && Date.now() > waiter.until + ANSWER_MS) waiters.delete(waiter);
  }
}
