import * as z from "zod";
import { faultsOf } from "../config/fault.ts";
import { type JobHandle, JobNotFoundFault, newJob } from "../edge/job-client.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { epochMs, longest } from "../lang/time.ts";
import { acceptedResponse, jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import {
  claimIdempotencyKey,
  findIdempotencyKey,
  type KeyedJob,
  readIdempotencyKey,
  unkeyed,
} from "./idempotency-key.ts";
import { jobOf } from "./jobs.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";
import { traceparentOf } from "./traceparent.ts";

/** A sentence or two: it is stored with the job and shown wherever the job is. */
const REASON_LENGTH_MAX = 1000;

const NO_REASON = "Somebody cancelled it, without saying why";

const CancelBody = z.strictObject({
  reason: z.string().min(1).max(REASON_LENGTH_MAX).optional(),
});

const RetryBody = z.strictObject({});

/** `POST /jobs/{id}/cancel`: ends an open job. A final one stays as it is, and is the answer. */
export async function cancelJob(call: Call): Promise<Response> {
  const job = jobOf(call);
  const body = await readOptions(call, CancelBody);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const { reason = NO_REASON } = body.value;
  const snapshot = await job.call((object) => object.cancel(reason));
  if (snapshot === null) throw new JobNotFoundFault();
  return jsonResponse(200, snapshot);
}

/** `POST /jobs/{id}/retry`: the same work as a new job, for a final job that did not succeed. */
export async function retryJob(call: Call): Promise<Response> {
  const job = jobOf(call);
  const body = await readOptions(call, RetryBody);
  if (!body.ok) return problemResponse(call.origin, body.reason);

  const key = readIdempotencyKey(call.request.headers);
  if (!key.ok) return problemResponse(call.origin, invalidRequest([key.reason]));

  const earlier = await earlierRetry(call, key.value);
  if (!earlier.ok) return problemResponse(call.origin, earlier.reason);
  if (earlier.value !== null) return earlier.value;

  const drawn = newJob(call.env);
  const traceparent = traceparentOf(call.request.headers);
  const again = { id: drawn.id, origin: call.origin, traceparent };
  const submission = await job.call((object) => object.resubmission(again));
  if (!submission.ok) {
    const { code } = submission.reason;
    if (code === "job_not_found") throw new JobNotFoundFault();
    return problemResponse(call.origin, { code, detail: WHY_NOT[code] ?? "It cannot be retried" });
  }
  const keyed = await claimed(call, { key: key.value, drawn });
  if (!keyed.ok) return problemResponse(call.origin, keyed.reason);
  const { job: next, keptMs, headers } = keyed.value;
  const { retentionMs } = submission.value;
  const submitted = await next.call((object) =>
    object.submit(
      { ...submission.value, id: next.id, retentionMs: longest(retentionMs, keptMs) },
      epochMs(0),
    ),
  );
  return acceptedResponse(submitted, { headers });
}

/** The answer to a request that comes again, which needs the old job no more; `null` = it is the first. */
async function earlierRetry(
  call: Call,
  key: string | null,
): Promise<Result<Response | null, Problem>> {
  if (key === null) return ok(null);
  const found = await findIdempotencyKey(call, { key, body: {} });
  if (!found.ok || found.value === null) return found.ok ? ok(null) : found;
  const { job, headers } = found.value;
  const snapshot = await job.call((object) => object.snapshot());
  return ok(snapshot === null ? null : acceptedResponse(snapshot, { headers }));
}

type Claim = { readonly key: string | null; readonly drawn: JobHandle };

/** The new job, or the one that an earlier request with the same key has made. */
async function claimed(call: Call, { key, drawn }: Claim): Promise<Result<KeyedJob, Problem>> {
  if (key === null) return ok(unkeyed(drawn));
  const proposed = { jobId: drawn.id, claimant: drawn.id };
  return claimIdempotencyKey(call, { key, body: {} }, proposed);
}

const WHY_NOT: { readonly [code: string]: string } = {
  job_not_finished: "The job is not over: wait for its end, or cancel it first",
  job_succeeded: "The job has succeeded: trigger a new one to do the work once more",
};

/** A small body of options, or all that is wrong with it. */
async function readOptions<Schema extends z.ZodObject>(
  { request }: Call,
  schema: Schema,
): Promise<Result<z.output<Schema>, Problem>> {
  const body = await readJsonBody(request);
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return ok(parsed.data);
  return refuse(invalidRequest(faultsOf(parsed.error, () => Object.keys(schema.shape))));
}
