import { readEnvironment } from "../../config/environment.ts";
import { jobId } from "../../core/job/job.ts";
import { type AttemptToken, attemptToken, type StepId, stepId } from "../../core/job/step.ts";
import { isJsonObject } from "../../lang/json.ts";
import { after } from "../../lang/time.ts";
import { artifactPlace } from "../artifacts/keep-artifact.ts";
import type { GatewayEnv } from "../env.ts";
import { artifactMethodsOf } from "../job/artifact-methods.ts";
import { attemptInvoke } from "../job/attempt-invoke.ts";
import type { ClaimedCall } from "../job/claimed-call.ts";
import { type AttemptEnd, runAttempt } from "../job/job-capability.ts";
import { findJob, type JobHandle } from "../job/job-client.ts";
import { logWarning } from "../log.ts";
import { settleBatch } from "../settle-batch.ts";
import { abortAtEnd } from "./abort-at-end.ts";
import { keepLease } from "./lease-keeper.ts";
import type { RunMessage } from "./run-message.ts";

/** Starts the attempts that messages name. */
export async function consumeRuns(batch: MessageBatch, env: GatewayEnv): Promise<void> {
  const take = (message: RunMessage) => startAttempt(message, env);
  await settleBatch(batch, { queue: "runs", read: readMessage, take });
}

function readMessage(body: unknown): RunMessage | null {
  if (!isJsonObject(body)) return null;
  const { job, step, attempt } = body;
  const isReadable =
    typeof job === "string" && typeof step === "string" && typeof attempt === "number";
  return isReadable ? { v: 1, job: jobId(job), step: stepId(step), attempt } : null;
}

/** Hands the attempt to the job's object, or runs it here (`QUEUE_RUNNER`, design section 4). */
async function startAttempt(message: RunMessage, env: GatewayEnv): Promise<void> {
  const job = findJob(env, message.job);
  if (job === null) return logWarning("runs.job_unknown", { job_id: message.job });

  const { step, attempt } = message;
  const token = attemptToken(crypto.randomUUID());
  if (readEnvironment(env).queueRunner === "object") {
    // A refusal is a message that came twice or late: there is nothing to do for it.
    await job.call((object) => object.run({ step, attempt, token }));
    return;
  }
  const claimed = await job.call((object) => object.claim({ step, attempt, token }));
  if (!claimed.ok) return; // As above.

  const end = await callUnderLease(job, { step, token }, { call: claimed.value, env });
  if (end === null) return; // Nobody wants to know.
  const reported = await job.call((object) => object.report(step, token, end));
  if (!reported.ok) {
    const { code } = reported.reason;
    logWarning("runs.report_refused", { job_id: message.job, attempt, code });
  }
}

type Lease = { readonly step: StepId; readonly token: AttemptToken };

/** Calls the plugin and extends the lease as long as it takes; `null` when the attempt is not wanted any more. */
async function callUnderLease(
  job: JobHandle,
  lease: Lease,
  { call, env }: { readonly call: ClaimedCall; readonly env: GatewayEnv },
): Promise<AttemptEnd | null> {
  const { step, token } = lease;
  const stale = new AbortController();
  const stopExtending = keepLease(() => extend(job, lease, stale), call.extendEveryMs);
  const stopListening = abortAtEnd(job, stale, after(call.deadlineAt, call.graceMs));
  try {
    const end = await runAttempt(attemptInvoke(call.way, env), call.request, {
      limits: { ...call, stale: stale.signal },
      send: async (batch) => {
        const taken = await job.call((object) => object.progress(step, token, batch));
        if (!taken.ok) stale.abort();
        return taken;
      },
      place: artifactPlace(
        env.ARTIFACTS,
        { job: job.id, token, keepsResult: call.keepsResult },
        artifactMethodsOf(job),
      ),
    });
    return stale.signal.aborted ? null : end;
  } finally {
    stopExtending();
    stopListening();
  }
}

async function extend(
  job: JobHandle,
  { step, token }: Lease,
  stale: AbortController,
): Promise<void> {
  const extended = await job.call((object) => object.extend(step, token));
  if (!extended.ok) stale.abort();
}
