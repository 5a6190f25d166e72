import type { Snapshot } from "../core/job/snapshot.ts";
import { findJob } from "../edge/job-client.ts";
import { endResponse, jsonResponse, retryAfterSeconds } from "./answer.ts";
import type { Call } from "./call.ts";
import { problemResponse } from "./problem.ts";

/** `GET /jobs/{id}`: the job as it is. */
export async function getJob(call: Call): Promise<Response> {
  const snapshot = await readSnapshot(call);
  return snapshot === null ? noSuchJob(call) : jsonResponse(200, snapshot);
}

/** `GET /jobs/{id}/result`: what a waited trigger would have answered. */
export async function getJobResult(call: Call): Promise<Response> {
  const snapshot = await readSnapshot(call);
  if (snapshot === null) return noSuchJob(call);
  return endResponse(call.origin, snapshot) ?? notFinished(call, snapshot);
}

async function readSnapshot({ env, params }: Call): Promise<Snapshot | null> {
  const job = findJob(env, params["id"] ?? "");
  return job === null ? null : job((object) => object.snapshot());
}

function noSuchJob({ origin }: Call): Response {
  const detail = "The id was never given out, or the job is past its retention";
  return problemResponse(origin, { code: "job_not_found", detail });
}

function notFinished({ origin }: Call, snapshot: Snapshot): Response {
  return problemResponse(origin, {
    code: "job_not_finished",
    detail: `The job is ${snapshot.status}: ask again later`,
    headers: { "retry-after": String(retryAfterSeconds(snapshot)) },
    members: { ...snapshot, job_status: snapshot.status },
  });
}
