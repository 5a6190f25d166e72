import type { EpochMs } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { problemResponse } from "./problem.ts";
import { enterLine } from "./waiter-caps.ts";

/** Answers a caller who may have to wait until then; sends them away at once when too many do. */
export async function onHold(
  call: Call,
  until: EpochMs,
  answer: () => Promise<Response>,
): Promise<Response> {
  if (until <= Date.now()) return answer();
  const entered = enterLine(call, until);
  if (!entered.ok) return problemResponse(call.origin, entered.reason);
  try {
    return await answer();
  } finally {
    entered.value();
  }
}
