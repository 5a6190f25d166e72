import type { Job } from "../core/job/job.ts";
import { newJob } from "../edge/job/job-client.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type Admitted, admission } from "./admission.ts";
import type { Call } from "./call.ts";
import { claimKeys, earlierJob } from "./claim-keys.ts";
import type { KeyedJob } from "./idempotency-key.ts";
import type { KeyOptions } from "./key-options.ts";
import type { Problem } from "./problem.ts";
import type { Target } from "./target.ts";

/** The job that a trigger is about, new or there before, which is to be submitted in any case. */
export type AdmittedJob = Pick<Admitted, "giveBack"> & {
  readonly keyed: KeyedJob;
  readonly breaker: Job["breaker"];
};

/**
 * Asks whether a job may be started now, and which one it is. Whoever asks for one that is there already
 * is given it, whatever stops new ones.
 */
export async function admittedJob(
  call: Call,
  target: Target,
  keys: KeyOptions,
): Promise<Result<AdmittedJob, Problem>> {
  const drawn = newJob(call.env);
  const admitted = await admission(call, target, drawn.id);
  if (admitted.kind === "stopped") {
    const found = await earlierJob(call, target, { ...keys, drawn });
    if (!found.ok) return found;
    if (found.value === null) return refuse(admitted.problem);
    return ok(attached(found.value, admitted.policy));
  }
  const { policy, isProbe, giveBack } = admitted;
  try {
    const keyed = await claimKeys(call, target, { ...keys, drawn });
    if (keyed.ok && keyed.value.job.id === drawn.id) {
      return ok({ keyed: keyed.value, breaker: { policy, isProbe }, giveBack });
    }
    giveBack();
    return keyed.ok ? ok(attached(keyed.value, policy)) : keyed;
  } catch (cause) {
    giveBack();
    throw cause;
  }
}

/** An earlier trigger's job: it is no probe of ours. */
function attached(keyed: KeyedJob, policy: Admitted["policy"]): AdmittedJob {
  return { keyed, breaker: { policy, isProbe: false }, giveBack: () => {} };
}
