import type { Fault } from "../config/fault.ts";
import type { JobId } from "../core/job/job.ts";
import type { IdempotencyRecord } from "../core/key/idempotency.ts";
import { KEPT_FOR_IDEMPOTENCY_MS } from "../core/key/kept.ts";
import type { KeyRefusal } from "../core/key/refusal.ts";
import { findJob, type JobHandle } from "../edge/job/job-client.ts";
import {
  claimIdempotencyKey as claimKey,
  findIdempotencyKey as findKey,
} from "../edge/key/key-client.ts";
import { sha256Hex } from "../edge/sha256.ts";
import { canonicalJson } from "../lang/canonical-json.ts";
import { invariant } from "../lang/invariant.ts";
import type { Json, JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type DurationMs, durationMs } from "../lang/time.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** An `Idempotency-Key`, and the body of the request that it came with. */
export type AskedIdempotency = { readonly key: string; readonly body: Json };

/** The job that a request with keys is about, which it has to submit whoever made it first. */
export type KeyedJob = {
  readonly job: JobHandle;
  /** What the answer says of the keys, as headers and as members of its body. */
  readonly headers: { readonly [name: string]: string };
  readonly members: JsonObject;
  /** How long after its end the job must be kept, because a key leads to it. */
  readonly keptMs: DurationMs;
};

/** Printable ASCII, bare or as the string that the draft wants: with `"` and `\` behind a `\`. */
const BARE = /^[\x20\x21\x23-\x7e][\x20-\x7e]{0,254}$/;
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * Reads `Idempotency-Key`: `abc` and `"abc"` are the same key.
 *
 * @returns `null` where there is none.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
 */
export function readIdempotencyKey(headers: Headers): Result<string | null, Fault> {
  const header = headers.get("idempotency-key");
  if (header === null) return ok(null);
  const [, quoted] = QUOTED.exec(header) ?? [];
  const key = quoted === undefined ? header : quoted.replace(/\\(.)/g, "$1");
  const isKey = quoted === undefined ? BARE.test(key) : key.length > 0 && key.length <= 255;
  if (isKey) return ok(key);
  const message = "Must be 1 to 255 printable ASCII characters, bare or as a quoted string";
  return refuse({ path: "Idempotency-Key", message });
}

/** The job of the first request with the same key; `null` = the key is free. Claims nothing. */
export async function findIdempotencyKey(
  call: Call,
  { key, body }: AskedIdempotency,
): Promise<Result<KeyedJob | null, Problem>> {
  const found = await findKey(call.env, key, await fingerprintOf(call, body));
  if (!found.ok) return refuse(reused(found.reason));
  return ok(found.value === null ? null : keyedJob(call, found.value, true));
}

/**
 * Claims the key for a job, and returns the job that it stands for: this one, or an earlier one.
 *
 * @param proposed.jobId The job that the request would be about without the key.
 * @param proposed.claimant A new id that the request drew for itself: often the same.
 */
export async function claimIdempotencyKey(
  call: Call,
  { key, body }: AskedIdempotency,
  proposed: { readonly jobId: JobId; readonly claimant: JobId },
): Promise<Result<KeyedJob, Problem>> {
  const fingerprint = await fingerprintOf(call, body);
  const claimed = await claimKey(call.env, key, { ...proposed, fingerprint });
  if (!claimed.ok) return refuse(reused(claimed.reason));
  const isReplayed = claimed.value.claimant !== proposed.claimant;
  return ok(keyedJob(call, claimed.value, isReplayed));
}

/** The way to a job whose id a key has kept. */
export function reservedJob({ env }: Call, id: JobId): JobHandle {
  const job = findJob(env, id);
  invariant(job !== null, "Cannot find the job of a key: its id is not one of ours");
  return job;
}

/** A job that no key leads to. */
export function unkeyed(job: JobHandle): KeyedJob {
  return { job, headers: {}, members: {}, keptMs: durationMs(0) };
}

/** What is said to a caller whose job an earlier trigger made under the same `dedupe_key`. */
export const DEDUPLICATED: JsonObject = { deduplicated: true };

/** A replay is answered as the first request is: also when that one was given another's job. */
function keyedJob(call: Call, record: IdempotencyRecord, isReplayed: boolean): KeyedJob {
  return {
    job: reservedJob(call, record.jobId),
    headers: isReplayed ? { "idempotent-replayed": "true" } : {},
    members: record.jobId === record.claimant ? {} : DEDUPLICATED,
    keptMs: KEPT_FOR_IDEMPOTENCY_MS,
  };
}

async function fingerprintOf({ request }: Call, body: Json): Promise<string> {
  const { pathname } = new URL(request.url);
  return sha256Hex(JSON.stringify([request.method, pathname, canonicalJson(body)]));
}

function reused({ code }: KeyRefusal): Problem {
  const detail =
    "This Idempotency-Key belongs to a request with another method, path or body: nothing was done. Use a new key for a new request";
  return { code, detail };
}
