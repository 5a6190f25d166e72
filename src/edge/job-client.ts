import { type JobId, jobId } from "../core/job/job.ts";
import type { GatewayEnv } from "./env.ts";
import type { JobObject } from "./job-object.ts";
import { callObject } from "./object-call.ts";

/**
 * The methods of a job's object. Named here because the platform's own stub type works them out from
 * the class, which never ends for a recursive type such as JSON.
 */
export type JobMethods = Pick<
  JobObject,
  "submit" | "snapshot" | "claim" | "run" | "extend" | "report"
>;

/** Calls a job's object, again where that may help: every method may come twice. */
export type JobCall = <Answer>(call: (job: JobMethods) => Promise<Answer>) => Promise<Answer>;

/** A new job's id: unguessable, and free of the round trip that a name would cost (ADR 0002). */
export function newJob(env: GatewayEnv): { readonly id: JobId; readonly call: JobCall } {
  const id = env.JOBS.newUniqueId();
  return { id: jobId(id.toString()), call: callTo(env, id) };
}

/** The way to a job, or `null` for an id that was never issued: that costs no object a wake. */
export function findJob(env: GatewayEnv, id: string): JobCall | null {
  try {
    return callTo(env, env.JOBS.idFromString(id));
  } catch {
    // `idFromString` refuses whatever this namespace did not issue. There is no other way to ask.
    return null;
  }
}

function callTo(env: GatewayEnv, id: DurableObjectId): JobCall {
  return (call) => callObject(() => env.JOBS.get(id) as unknown as JobMethods, call);
}
