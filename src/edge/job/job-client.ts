import { type JobId, jobId } from "../../core/job/job.ts";
import type { GatewayEnv } from "../env.ts";
import type { SlotMethods } from "../lane/slot-methods.ts";
import { callObject, OverloadedFault } from "../object-call.ts";
import { type Watch, watchUrl } from "../watch/watch.ts";
import type { JobObject } from "./job-object.ts";

/**
 * The methods of a job's object. Named here because the platform's own stub type works them out from
 * the class, which never ends for a recursive type such as JSON.
 */
export type JobMethods = Pick<
  JobObject,
  | "submit"
  | "submitOnce"
  | "snapshot"
  | "events"
  | "grant"
  | "slotUse"
  | "claim"
  | "run"
  | "extend"
  | "progress"
  | "report"
  | "tell"
  | "complete"
  | "resubmission"
  | "cancel"
  | "resume"
  | "expectArtifact"
  | "keepArtifact"
  | "artifacts"
  | "attach"
  | "claimDelivery"
  | "noteDelivery"
  | "tellEndpoint"
  | "answerInline"
  | "deliveries"
  | "resend"
  | "fetch"
> &
  SlotMethods;

/** There is no such job: the id was never given out, or the job is past its retention. */
export class JobNotFoundFault extends Error {
  override readonly name = "JobNotFoundFault";
  readonly code = "job_not_found";
  readonly retryable = false;
}

/** The way to one job. */
export type JobHandle = {
  readonly id: JobId;
  /** Calls the job's object, again where that may help: every method may come twice. */
  readonly call: <Answer>(call: (job: JobMethods) => Promise<Answer>) => Promise<Answer>;
  /**
   * Opens a line to the job's object, which sleeps while nothing happens.
   *
   * @throws {JobNotFoundFault} where there is no job.
   * @throws {OverloadedFault} when too many are watching already.
   */
  readonly open: (watch: Watch) => Promise<WebSocket>;
};

/** A new job's id: unguessable, and free of the round trip that a name would cost (ADR 0002). */
export function newJob(env: GatewayEnv): JobHandle {
  return handleOf(env, env.JOBS.newUniqueId());
}

/**
 * The job of that name, made or not: for what may arrive twice under one name (ADR 0019). Its id says
 * nothing of the name, and cannot be guessed from it.
 */
export function namedJob(env: GatewayEnv, name: string): JobHandle {
  return handleOf(env, env.JOBS.idFromName(name));
}

/** The way to a job, or `null` for an id that was never issued: that costs no object a wake. */
export function findJob(env: GatewayEnv, id: string): JobHandle | null {
  try {
    return handleOf(env, env.JOBS.idFromString(id));
  } catch {
    // `idFromString` refuses whatever this namespace did not issue. There is no other way to ask.
    return null;
  }
}

function handleOf(env: GatewayEnv, id: DurableObjectId): JobHandle {
  const call: JobHandle["call"] = (method) =>
    callObject(() => env.JOBS.get(id) as unknown as JobMethods, method);
  const open: JobHandle["open"] = async (watch) => {
    const headers = { upgrade: "websocket" };
    const response = await call((job) => job.fetch(new Request(watchUrl(watch), { headers })));
    if (response.status === 503) throw new OverloadedFault("Too many are watching this job");
    if (response.webSocket === null) throw new JobNotFoundFault();
    return response.webSocket;
  };
  return { id: jobId(id.toString()), call, open };
}
