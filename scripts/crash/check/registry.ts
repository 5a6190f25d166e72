import type { Fault } from "../../receivers/records.ts";
import { broken } from "./broken.ts";
import { callbacks } from "./callbacks.ts";
import { channels } from "./channels.ts";
import { ends } from "./ends.ts";
import type { Check, Evidence } from "./evidence.ts";
import { done, executions, slots } from "./executions.ts";
import { cut, hung, stalled } from "./hung.ts";
import { changed, lost } from "./lost.ts";
import { logs, streams } from "./order.ts";
import { doubledJobs } from "./same.ts";
import { states } from "./state.ts";
import { doubledEnds, notTold } from "./told.ts";

const CHECKS: readonly Check[] = [
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
  stalled,
  ends,
  states,
  callbacks,
  channels,
  broken,
];

/** All that is not as it was promised. */
export async function allFaults(evidence: Evidence): Promise<readonly Fault[]> {
  const found = await Promise.all(CHECKS.map((check) => check(evidence)));
  return found.flat();
}
