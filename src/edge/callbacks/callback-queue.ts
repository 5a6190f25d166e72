import { readEnvironment } from "../../config/environment.ts";
import { jobId } from "../../core/job/job.ts";
import { isJsonObject } from "../../lang/json.ts";
import { after, minutes } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { findJob, type JobHandle } from "../job/job-client.ts";
import { logWarning } from "../log.ts";
import { settleBatch } from "../settle-batch.ts";
import type { CallbackMessage } from "./callback-message.ts";
import { deliver } from "./deliver.ts";
import { hearOfDelivery } from "./endpoint-switch.ts";

/** A consumer lives 15 minutes. What is owed after this, the job sends a new message for. */
const RUN_MS_MAX = minutes(5);

/** Tells the endpoints that messages name. */
export async function consumeCallbacks(batch: MessageBatch, env: GatewayEnv): Promise<void> {
  const take = (message: CallbackMessage) => tell(message, env);
  await settleBatch(batch, { queue: "callbacks", read: readMessage, take });
}

function readMessage(body: unknown): CallbackMessage | null {
  if (!isJsonObject(body)) return null;
  const { job, endpoint } = body;
  const isReadable = typeof job === "string" && typeof endpoint === "number";
  return isReadable ? { v: 1, job: jobId(job), endpoint } : null;
}

/** Has the job's object tell its endpoint, or tells it here (`QUEUE_RUNNER`, design section 4). */
async function tell({ job: id, endpoint }: CallbackMessage, env: GatewayEnv): Promise<void> {
  const job = findJob(env, id);
  if (job === null) return logWarning("callbacks.job_unknown", { job_id: id });
  if (readEnvironment(env).queueRunner === "object") {
    await job.call((object) => object.tellEndpoint(endpoint));
  } else {
    await tellAll(job, endpoint, env);
  }
}

/** One delivery after the other, as long as there is one that is due. */
async function tellAll(job: JobHandle, endpoint: number, env: GatewayEnv): Promise<void> {
  const until = after(clock(), RUN_MS_MAX);
  let claimed = await job.call((object) => object.claimDelivery(endpoint));
  while (claimed !== null) {
    const told = claimed;
    const note = await deliver(told, env);
    const wantsNext = clock() < until;
    claimed = await job.call((object) => object.noteDelivery(note, wantsNext));
    if (told.kind !== "saying") await hearOfDelivery(env, told, note.verdict);
  }
}
