import { type Fault, faultsOf } from "../config/fault.ts";
import { type Callback, ENDPOINTS_MAX } from "../core/callback/endpoint.ts";
import type { Refusal } from "../core/job/refusal.ts";
import { type JobHandle, JobNotFoundFault } from "../edge/job/job-client.ts";
import { isJsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { callbackOf, optionFaults } from "./callback-options.ts";
import { jobOf } from "./jobs.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";
import { CallbackOption } from "./trigger-schema.ts";
import { urlFaultsAt, urlNotAllowed } from "./url-faults.ts";

/** `POST /jobs/{id}/callbacks`: one more who is told of the job, from where it stands. */
export async function addCallback(call: Call): Promise<Response> {
  const job = jobOf(call);
  const callback = await readCallback(call);
  if (!callback.ok) return problemResponse(call.origin, callback.reason);
  const attached = await attachAll(job, [callback.value]);
  if (!attached.ok) return problemResponse(call.origin, attached.reason);
  const { url, profile, events } = callback.value;
  const deliveries = `${call.origin}/jobs/${job.id}/deliveries`;
  return jsonResponse(201, { job_id: job.id, url, profile, events, links: { deliveries } });
}

/** `GET /jobs/{id}/deliveries`: what became of telling whom of what. */
export async function listDeliveries(call: Call): Promise<Response> {
  const deliveries = await jobOf(call).call((object) => object.deliveries());
  if (deliveries === null) throw new JobNotFoundFault();
  return jsonResponse(200, { deliveries });
}

/** `POST /jobs/{id}/deliveries/{delivery}/resend`: the same message once more, with a fresh timestamp. */
export async function resendDelivery(call: Call): Promise<Response> {
  const id = call.params["delivery"] ?? "";
  const resent = await jobOf(call).call((object) => object.resend(id));
  if (resent.ok) return jsonResponse(202, resent.value);
  if (resent.reason.code === "job_not_found") throw new JobNotFoundFault();
  const { code } = resent.reason;
  return problemResponse(call.origin, { code, detail: WHY_NOT_SENT[code] ?? "It was not sent" });
}

const WHY_NOT_SENT: { readonly [code: string]: string } = {
  delivery_not_found: "The job has no delivery by this id: GET /jobs/{id}/deliveries lists them",
  too_many_deliveries: "Its ledger is full: ask GET /jobs/{id} for what the receiver missed",
};

/** Has all of these told of a job that is there. The ones that it has already are no fault. */
export async function attachAll(
  job: JobHandle,
  callbacks: readonly Callback[],
): Promise<Result<null, Problem>> {
  const attached = await job.call((object) => object.attach(callbacks));
  return attached.ok ? ok(null) : refuse(notAttached(job, attached.reason));
}

function notAttached({ id }: JobHandle, { code }: Refusal): Problem {
  if (code === "job_not_found") throw new JobNotFoundFault();
  const detail = `At most ${ENDPOINTS_MAX} callbacks are told of one job, and this one has as many`;
  return { code: "too_many_callbacks", detail, members: { job_id: id } };
}

async function readCallback(call: Call): Promise<Result<Callback, Problem>> {
  const body = await readJsonBody(call.request);
  if (!body.ok) return body;
  const given = isJsonObject(body.value) ? body.value : {};
  const parsed = CallbackOption.safeParse(body.value);
  const faults: readonly Fault[] = [
    ...(parsed.success ? [] : faultsOf(parsed.error, () => Object.keys(CallbackOption.shape))),
    ...optionFaults(given, call).map(({ path, message }) => ({ path: path || "url", message })),
  ];
  const urlFaults = urlFaultsAt(["url", given["url"]], call);
  if (!parsed.success || faults.length > 0) {
    return refuse(invalidRequest([...faults, ...urlFaults]));
  }
  return urlFaults.length > 0
    ? refuse(urlNotAllowed(urlFaults))
    : ok(callbackOf(parsed.data, call.settings));
}
