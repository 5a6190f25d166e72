import * as z from "zod/mini";
import type { Submission } from "../core/job/command.ts";
import { type JobHandle, JobNotFoundFault, newJob } from "../edge/job/job-client.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { epochMs, longest } from "../lang/time.ts";
import { type Admitted, admission } from "./admission.ts";
import { acceptedResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import {
  type AskedIdempotency,
  claimIdempotencyKey,
  findIdempotencyKey,
  type KeyedJob,
  readIdempotencyKey,
  unkeyed,
} from "./idempotency-key.ts";
import { jobOf } from "./jobs.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";
import { NO_QUERY, readOptions } from "./small-options.ts";
import { findTarget } from "./target.ts";
import { traceparentOf } from "./traceparent.ts";

const RetryBody = z.strictObject({});

/** `POST /jobs/{id}/retry`: the same work as a new job, for a final job that did not succeed. */
export async function retryJob(call: Call): Promise<Response> {
  const job = jobOf(call);
  const options = await readOptions(call, { body: RetryBody, query: NO_QUERY });
  if (!options.ok) return problemResponse(call.origin, options.reason);
  const key = readIdempotencyKey(call.request.headers);
  if (!key.ok) return problemResponse(call.origin, invalidRequest([key.reason]));

  const asked = key.value === null ? null : { key: key.value, body: {} };
  const earlier = asked === null ? ok(null) : await earlierRetry(call, asked);
  if (!earlier.ok) return problemResponse(call.origin, earlier.reason);
  return earlier.value ?? newRetry(call, job, asked);
}

/** The answer to a request that comes again, which needs the old job no more; `null` = it is the first. */
async function earlierRetry(
  call: Call,
  asked: AskedIdempotency,
): Promise<Result<Response | null, Problem>> {
  const found = await findIdempotencyKey(call, asked);
  if (!found.ok) return found;
  if (found.value === null) return ok(null);
  const { job, headers } = found.value;
  const snapshot = await job.call((object) => object.snapshot());
  return ok(snapshot === null ? null : acceptedResponse(snapshot, { headers }));
}

async function newRetry(
  call: Call,
  job: JobHandle,
  asked: AskedIdempotency | null,
): Promise<Response> {
  const drawn = newJob(call.env);
  const started = await mayStart(call, job, drawn);
  if (!started.ok) return problemResponse(call.origin, started.reason);
  const { submission, admitted } = started.value;
  try {
    const keyed = await claimed(call, drawn, asked);
    if (!keyed.ok) {
      admitted.giveBack();
      return problemResponse(call.origin, keyed.reason);
    }
    const { job: next, keptMs, headers } = keyed.value;
    const isOwn = next.id === drawn.id;
    if (!isOwn) admitted.giveBack();
    const breaker = { ...submission.breaker, isProbe: submission.breaker.isProbe && isOwn };
    const retentionMs = longest(submission.retentionMs, keptMs);
    const submitted = await next.call((object) =>
      object.submit({ ...submission, id: next.id, breaker, retentionMs }, epochMs(0)),
    );
    return acceptedResponse(submitted, { headers });
  } catch (cause) {
    admitted.giveBack();
    throw cause;
  }
}

type Started = { readonly submission: Submission; readonly admitted: Admitted };

/** The work once more, if the old job is one for it and its command may be started today. */
async function mayStart(
  call: Call,
  job: JobHandle,
  drawn: JobHandle,
): Promise<Result<Started, Problem>> {
  const traceparent = traceparentOf(call.request.headers);
  const again = { id: drawn.id, origin: call.origin, traceparent };
  const found = await job.call((object) => object.resubmission(again));
  if (!found.ok) {
    const { code } = found.reason;
    if (code === "job_not_found") throw new JobNotFoundFault();
    return refuse({ code, detail: WHY_NOT[code] ?? "It cannot be retried" });
  }
  const { plan } = found.value;
  const target = await findTarget({
    ...call,
    params: { plugin: plan.plugin, command: plan.command },
  });
  if (!target.ok) return target;
  const admitted = await admission(call, target.value, drawn.id);
  if (admitted.kind === "stopped") return refuse(admitted.problem);
  const { transport, binding } = target.value.plugin;
  const { policy, isProbe } = admitted;
  const submission = {
    ...found.value,
    plan: { ...plan, transport, binding },
    breaker: { policy, isProbe },
  };
  return ok({ submission, admitted });
}

/** The new job, or the one that an earlier request with the same key has reserved. */
async function claimed(
  call: Call,
  drawn: JobHandle,
  asked: AskedIdempotency | null,
): Promise<Result<KeyedJob, Problem>> {
  if (asked === null) return ok(unkeyed(drawn));
  return claimIdempotencyKey(call, asked, { jobId: drawn.id, claimant: drawn.id });
}

const WHY_NOT: { readonly [code: string]: string } = {
  job_not_finished: "The job is not over: wait for its end, or cancel it first",
  job_succeeded: "The job has succeeded: trigger a new one to do the work once more",
};
