import type { Fault } from "../../receivers/records.ts";
import { broken } from "./broken.ts";
import { callbacks } from "./callbacks.ts";
import { channels } from "./channels.ts";
import { ends } from "./ends.ts";
import type { Check, Evidence } from "./evidence.ts";
import { done, executions, slots } from "./executions.ts";
import { died, unanswered } from "./gone.ts";
import { cut, early, hung, stalled } from "./hung.ts";
import { changed, lost } from "./lost.ts";
import { logs, streams } from "./order.ts";
import { doubledJobs } from "./same.ts";
import { lateEvents, silent } from "./silent.ts";
import { states } from "./state.ts";
import { doubledEnds, notTold } from "./told.ts";

export const CHECKS = {
  lost,
  changed,
  doubledJobs,
  doubledEnds,
  executions,
  done,
  slots,
  streams,
  logs,
  notTold,
  cut,
  hung,
  early,
  silent,
  lateEvents,
  stalled,
  died,
  unanswered,
  ends,
  states,
  callbacks,
  channels,
  broken,
} as const satisfies { readonly [name: string]: Check };

export type CheckName = keyof typeof CHECKS;

/** All that is not as it was promised. */
export async function allFaults(evidence: Evidence): Promise<readonly Fault[]> {
  const found = await Promise.all(Object.values(CHECKS).map((check) => check(evidence)));
  return found.flat();
}
