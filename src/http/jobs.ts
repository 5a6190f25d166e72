import type { Snapshot } from "../core/job/snapshot.ts";
import { isFinalStatus, isStableStatus } from "../core/job/status.ts";
import { findJob, type JobHandle, JobNotFoundFault } from "../edge/job/job-client.ts";
import { snapshotAtEnd, snapshotBeyond, snapshotSoon } from "../edge/watch/wait.ts";
import { seconds } from "../lang/time.ts";
import {
  acceptedResponse,
  endResponse,
  jsonResponse,
  patienceOver,
  retryAfterSeconds,
} from "./answer.ts";
import type { Call } from "./call.ts";
import { etagOf, isKnown, type Known, readIfNoneMatch } from "./etag.ts";
import { onHold } from "./hold.ts";
import { problemResponse } from "./problem.ts";
import { type ReadPatience, readPatience, readQuery, WaitQuery } from "./watch-query.ts";

/**
 * `GET /jobs/{id}`: the job as it is. With `wait` once it is final or asks something, or with `If-None-Match` as well once
 * it has moved on: 304 when it has not by then.
 */
export async function getJob(call: Call): Promise<Response> {
  return answerReader(call, async (job, patience) => {
    const known = readIfNoneMatch(call.request.headers.get("if-none-match"));
    // Whoever knows any state, `*`, has no news to wait for.
    if (known?.isAny === false && patience.waitMs > 0) return newsOf(job, known, patience);
    const waitMs = known === null ? patience.waitMs : seconds(0);
    const snapshot = await readSnapshot(job, { ...patience, waitMs });
    return known !== null && isKnown(known, snapshot)
      ? unchangedResponse(snapshot, patience.headers)
      : jobResponse(snapshot, patience.headers);
  });
}

/** The job once it is in a state that its reader does not know. */
async function newsOf(
  job: JobHandle,
  known: Known,
  { until, headers }: ReadPatience,
): Promise<Response> {
  const moved = await snapshotBeyond(job, known.seqs, until);
  const [seq, ...others] = known.seqs;
  // Not moved from the one state that the reader knows: there is nothing to look up.
  if (moved === null && seq !== undefined && others.length === 0) {
    return unchangedResponse({ seq }, headers);
  }
  const now = moved ?? (await snapshotSoon(job));
  return isKnown(known, now) ? unchangedResponse(now, headers) : jobResponse(now, headers);
}

/** `GET /jobs/{id}/result`: what a waited trigger would have answered. */
export async function getJobResult(call: Call): Promise<Response> {
  return answerReader(call, async (job, patience) => {
    const { waitMs, since, headers } = patience;
    const snapshot = await readSnapshot(job, patience);
    // A question is an answer for who waits, and no result for who asks for that alone.
    if (waitMs === 0 && !isFinalStatus(snapshot.status)) return notFinished(call, snapshot);
    return (
      endResponse(call.origin, snapshot, { headers }) ??
      acceptedResponse(snapshot, { members: patienceOver(since), headers })
    );
  });
}

/** The way to the job that the path names. */
export function jobOf({ env, params }: Call): JobHandle {
  const job = findJob(env, params["id"] ?? "");
  if (job === null) throw new JobNotFoundFault();
  return job;
}

async function answerReader(
  call: Call,
  answer: (job: JobHandle, patience: ReadPatience) => Promise<Response>,
): Promise<Response> {
  const job = jobOf(call);
  const query = readQuery(WaitQuery, call.request);
  if (!query.ok) return problemResponse(call.origin, query.reason);
  const patience = readPatience(query.value, call);
  if (!patience.ok) return problemResponse(call.origin, patience.reason);
  return onHold(call, patience.value.until, () => answer(job, patience.value));
}

async function readSnapshot(
  job: JobHandle,
  { until, waitMs }: Pick<ReadPatience, "until" | "waitMs">,
): Promise<Snapshot> {
  if (waitMs > 0) return snapshotAtEnd(job, until);
  const snapshot = await job.call((object) => object.snapshot());
  if (snapshot === null) throw new JobNotFoundFault();
  return snapshot;
}

function jobResponse(snapshot: Snapshot, headers: ReadPatience["headers"]): Response {
  return jsonResponse(200, snapshot, {
    ...headers,
    ...revalidated(snapshot),
    ...soon(snapshot),
  });
}

function unchangedResponse(
  snapshot: Pick<Snapshot, "seq">,
  headers: ReadPatience["headers"],
): Response {
  return new Response(null, { status: 304, headers: { ...headers, ...revalidated(snapshot) } });
}

/** When to look again; what does not move by itself is not worth it. */
function soon(snapshot: Snapshot): { readonly [name: string]: string } {
  return isStableStatus(snapshot.status)
    ? {}
    : { "retry-after": String(retryAfterSeconds(snapshot)) };
}

/** A browser may keep a job, but has to ask each time whether it is still so. */
function revalidated(snapshot: Pick<Snapshot, "seq">) {
  return { etag: etagOf(snapshot), "cache-control": "private, no-cache" };
}

function notFinished({ origin }: Call, snapshot: Snapshot): Response {
  return problemResponse(origin, {
    code: "job_not_finished",
    detail:
      snapshot.status === "waiting"
        ? "The job waits for an answer: give it with POST /jobs/{id}/resume"
        : `The job is ${snapshot.status}: ask again later, or wait for it with ?wait=20`,
    headers: soon(snapshot),
    members: { ...snapshot, job_status: snapshot.status },
  });
}
