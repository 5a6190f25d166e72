import * as z from "zod/mini";
import { JobNotFoundFault } from "../edge/job/job-client.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import { jobOf } from "./jobs.ts";
import { problemResponse } from "./problem.ts";
import { NO_QUERY, readOptions } from "./small-options.ts";

/** A sentence or two: it is stored with the job and shown wherever the job is. */
const REASON_LENGTH_MAX = 1000;

const NO_REASON = "Somebody cancelled it, without saying why";

const CancelBody = z.strictObject({
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(REASON_LENGTH_MAX))),
});

/** `POST /jobs/{id}/cancel`: ends an open job. A final one stays as it is, and is the answer. */
export async function cancelJob(call: Call): Promise<Response> {
  const job = jobOf(call);
  const options = await readOptions(call, { body: CancelBody, query: NO_QUERY });
  if (!options.ok) return problemResponse(call.origin, options.reason);
  const { reason = NO_REASON } = options.value;
  const snapshot = await job.call((object) => object.cancel(reason));
  if (snapshot === null) throw new JobNotFoundFault();
  return jsonResponse(200, snapshot);
}
