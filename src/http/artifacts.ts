import {
  ARTIFACT_BYTES_MAX,
  type KeptArtifact,
  readArtifactAbout,
} from "../core/artifact/artifact.ts";
import { artifactView } from "../core/artifact/artifacts-of.ts";
import { WHY_NOT_KEPT } from "../core/artifact/on-keep-artifact.ts";
import type { Refusal } from "../core/job/refusal.ts";
import { ArtifactTooLargeFault, UploadBrokenFault } from "../edge/artifacts/artifact-store.ts";
import { artifactPlace, keepStream } from "../edge/artifacts/keep-artifact.ts";
import { artifactMethodsOf } from "../edge/job/artifact-methods.ts";
import { type JobHandle, JobNotFoundFault } from "../edge/job/job-client.ts";
import { didYouMean } from "../lang/closest.ts";
import { jsonResponse } from "./answer.ts";
import { servedHeaders } from "./artifact-headers.ts";
import { attemptTokenOf, STALE_TOKEN } from "./attempt-token.ts";
import { readRange } from "./byte-range.ts";
import type { Call } from "./call.ts";
import { jobOf } from "./jobs.ts";
import { type Problem, problemResponse } from "./problem.ts";

/** `GET /jobs/{id}/artifacts`: what the job keeps. */
export async function listArtifacts(call: Call): Promise<Response> {
  const job = jobOf(call);
  const { id } = job;
  const artifacts = await keptBy(job);
  const place = { id, origin: call.origin };
  return jsonResponse(200, { artifacts: artifacts.map((each) => artifactView(place, each)) });
}

/** `GET` and `HEAD /jobs/{id}/artifacts/{name}`: its bytes, whole or a part. */
export async function getArtifact(call: Call): Promise<Response> {
  const { request, env, params, origin } = call;
  const { name = "" } = params;
  const artifacts = await keptBy(jobOf(call));
  const artifact = artifacts.find((each) => each.name === name);
  if (artifact === undefined) {
    const known = artifacts.map((each) => each.name);
    return problemResponse(
      origin,
      notFound(`The job keeps no '${name}'${didYouMean(name, known)}`),
    );
  }
  const headers = servedHeaders(artifact);
  if (isKnown(request.headers, headers["etag"])) {
    return new Response(null, { status: 304, headers });
  }
  const { bytes } = artifact;
  // A range is of what is sent, and nothing is sent to who asks for the head.
  const isHead = request.method === "HEAD";
  const range = isHead ? null : readRange(request.headers, { bytes, etag: headers["etag"] });
  if (range === "beyond") return problemResponse(origin, beyond(artifact));
  const { offset, length } = range ?? { offset: 0, length: bytes };
  const about = {
    ...headers,
    "content-length": String(length),
    ...(range === null
      ? {}
      : { "content-range": `bytes ${offset}-${offset + length - 1}/${bytes}` }),
  };
  const status = range === null ? 200 : 206;
  // There is no part of nothing to ask for.
  if (isHead || length === 0) return new Response(null, { status, headers: about });
  const object = await env.ARTIFACTS.get(artifact.key, { range: { offset, length } });
  if (object === null) return problemResponse(origin, notFound("Its bytes are gone"));
  // Else the answer would go out in pieces of unknown number, and nobody could tell how far it is.
  return new Response(object.body.pipeThrough(new FixedLengthStream(length)), {
    status,
    headers: about,
  });
}

/** `PUT /jobs/{id}/artifacts/{name}`: a running attempt keeps something, with the token that it was given. */
export async function putArtifact(call: Call): Promise<Response> {
  const { request, env, params, origin } = call;
  const token = attemptTokenOf(call);
  if (!token.ok) return problemResponse(origin, token.reason);
  const job = jobOf(call);
  const type = request.headers.get("content-type") ?? undefined;
  const about = readArtifactAbout(params["name"], type);
  if (!about.ok) return problemResponse(origin, invalidArtifact(about.reason));
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > ARTIFACT_BYTES_MAX) return problemResponse(origin, TOO_LARGE);
  const place = artifactPlace(
    env.ARTIFACTS,
    { job: job.id, token: token.value },
    artifactMethodsOf(job),
  );
  try {
    const body = request.body ?? new Response("").body ?? new ReadableStream();
    const kept = await keepStream(place, about.value, body);
    if (!kept.ok) return problemResponse(origin, notKept(kept.reason));
    return jsonResponse(201, artifactView({ id: job.id, origin }, kept.value));
  } catch (cause) {
    if (cause instanceof ArtifactTooLargeFault) return problemResponse(origin, TOO_LARGE);
    if (cause instanceof UploadBrokenFault) return problemResponse(origin, BROKEN);
    throw cause;
  }
}

async function keptBy(job: JobHandle): Promise<readonly KeptArtifact[]> {
  const artifacts = await job.call((object) => object.artifacts());
  if (artifacts === null) throw new JobNotFoundFault();
  return artifacts;
}

/** Whether the reader has these very bytes (RFC 9110, section 13.1.2). */
function isKnown(headers: Headers, etag: string): boolean {
  const known = (headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  return known.includes("*") || known.some((tag) => tag.replace(/^W\//, "") === etag);
}

function notFound(why: string): Problem {
  return {
    code: "artifact_not_found",
    detail: `${why}. GET /jobs/{id}/artifacts lists what there is`,
  };
}

function beyond({ bytes }: KeptArtifact): Problem {
  return {
    code: "range_not_satisfiable",
    detail: `The artifact has ${bytes} bytes: ask for a range inside it`,
    headers: { "content-range": `bytes */${bytes}` },
  };
}

const TOO_LARGE: Problem = {
  code: "artifact_too_large",
  detail: `An artifact has at most ${ARTIFACT_BYTES_MAX} bytes: nothing was kept`,
};

const BROKEN: Problem = {
  code: "upload_broken",
  detail: "Nothing came for 30 seconds, or the connection broke: nothing was kept. Send it again",
};

function invalidArtifact(reason: string): Problem {
  return { code: "invalid_request", detail: `Cannot keep the artifact. ${reason}` };
}

const WHY: { readonly [code: string]: string } = {
  ...WHY_NOT_KEPT,
  stale_attempt: STALE_TOKEN,
};

function notKept({ code }: Refusal): Problem {
  if (code === "job_not_found") throw new JobNotFoundFault();
  return { code, detail: WHY[code] ?? "It was not kept" };
}
