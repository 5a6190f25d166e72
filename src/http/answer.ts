import type { Snapshot } from "../core/job/snapshot.ts";
import type { JsonObject } from "../lang/json.ts";
import type { EpochMs } from "../lang/time.ts";
import { problemResponse } from "./problem.ts";

type Headers = { readonly [name: string]: string };

export function jsonResponse(status: number, body: object, headers: Headers = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

/** 202: the job is durable, and here is where to hear of it (contract, section 2). */
export function acceptedResponse(
  snapshot: Snapshot,
  about: { readonly members?: object; readonly headers?: Headers } = {},
): Response {
  return jsonResponse(
    202,
    { kind: "job", ...snapshot, ...about.members },
    {
      location: snapshot.links.self,
      "retry-after": String(retryAfterSeconds(snapshot)),
      ...about.headers,
    },
  );
}

/**
 * What a caller who waits for a result is told about a job that is final, or asks something; `null` for
 * one that still moves.
 */
export function endResponse(
  origin: string,
  snapshot: Snapshot,
  {
    headers = {},
    members = {},
  }: { readonly headers?: Headers; readonly members?: JsonObject } = {},
): Response | null {
  switch (snapshot.status) {
    case "queued":
    case "running":
      return null;
    case "waiting":
      return jsonResponse(200, { kind: "waiting", ...snapshot, ...members }, headers);
    case "succeeded":
      return jsonResponse(
        200,
        { kind: "result", ...snapshot, duration_ms: durationMs(snapshot), ...members },
        headers,
      );
    case "failed":
    case "dead":
    case "timed_out":
    case "cancelled":
      return problemResponse(origin, {
        code: `job_${snapshot.status}`,
        detail: snapshot.error?.message ?? "The job ended without saying why",
        headers,
        // The problem's own `status` is the HTTP status, so the job's goes by another name here.
        members: {
          ...snapshot,
          job_status: snapshot.status,
          duration_ms: durationMs(snapshot),
          ...members,
        },
      });
  }
}

/** What the answer to a caller whose patience is over says beyond the job. */
export function patienceOver(since: EpochMs): JsonObject {
  return { timeout_exceeded: true, waited_ms: Date.now() - since };
}

/** When it makes sense to ask again: now, or when the next attempt is due. */
export function retryAfterSeconds({ next_retry_at: nextRetryAt }: Snapshot): number {
  if (nextRetryAt === null) return 1;
  return Math.max(1, Math.ceil((Date.parse(nextRetryAt) - Date.now()) / 1000));
}

function durationMs({ created_at: createdAt, finished_at: finishedAt }: Snapshot): number {
  return Date.parse(finishedAt ?? createdAt) - Date.parse(createdAt);
}
