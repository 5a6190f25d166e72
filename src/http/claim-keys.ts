import type { DedupeRecord } from "../core/key/dedupe.ts";
import { keptForDedupeMs } from "../core/key/kept.ts";
import type { JobHandle } from "../edge/job/job-client.ts";
import { claimDedupeKey, findDedupeKey } from "../edge/key/key-client.ts";
import { ok, type Result } from "../lang/result.ts";
import { type DurationMs, longest } from "../lang/time.ts";
import type { Call } from "./call.ts";
import {
  claimIdempotencyKey,
  DEDUPLICATED,
  findIdempotencyKey,
  type KeyedJob,
  reservedJob,
  unkeyed,
} from "./idempotency-key.ts";
import type { KeyOptions } from "./key-options.ts";
import type { Problem } from "./problem.ts";
import type { Target } from "./target.ts";

/**
 * The job that a trigger is about: a new one, or the one that its keys stand for. To be called when all
 * else is checked, because a key stays claimed; and to be followed by a submission in any case, which
 * makes the job where it is not there and otherwise changes nothing. So a crash between key and job is
 * mended by the next trigger, and no key ever leads nowhere.
 */
export async function claimKeys(
  call: Call,
  target: Target,
  { idempotency, dedupe, drawn }: KeyOptions & { readonly drawn: JobHandle },
): Promise<Result<KeyedJob, Problem>> {
  if (idempotency !== null && dedupe !== null) {
    // A replay has its job already: it must not claim the other key for a job that it will not make.
    const found = await replayed(call, { idempotency, dedupe });
    if (!found.ok) return found;
    if (found.value !== null) return ok(found.value);
  }
  const deduped =
    dedupe === null ? unkeyed(drawn) : await claimDedupe(call, target, { dedupe, drawn });
  return withIdempotency(call, idempotency, { deduped, drawn });
}

/** The job of an earlier request with the same `Idempotency-Key`; `null` = there was none. */
async function replayed(
  call: Call,
  { idempotency, dedupe }: KeyOptions,
): Promise<Result<KeyedJob | null, Problem>> {
  if (idempotency === null) return ok(null);
  const found = await findIdempotencyKey(call, idempotency);
  if (!found.ok || found.value === null || dedupe === null) return found;
  return ok(kept(found.value, keptForDedupeMs(dedupe.ttlMs)));
}

/**
 * The job that a trigger attaches to when none may be started; `null` = there is none. An id that was
 * only reserved is no job: to submit under it would start one.
 */
export async function earlierJob(
  call: Call,
  { plugin, command }: Target,
  keys: KeyOptions & { readonly drawn: JobHandle },
): Promise<Result<KeyedJob | null, Problem>> {
  const found = await replayed(call, keys);
  if (!found.ok) return found;
  if (found.value !== null) return ok((await isThere(found.value)) ? found.value : null);
  const { idempotency, dedupe, drawn } = keys;
  if (dedupe === null) return ok(null);
  const name = { plugin: plugin.name, command, key: dedupe.key };
  const record = await findDedupeKey(call.env, name);
  if (record === null) return ok(null);
  return withIdempotency(call, idempotency, { deduped: deduplicated(call, record), drawn });
}

async function isThere({ job }: KeyedJob): Promise<boolean> {
  return (await job.call((object) => object.snapshot())) !== null;
}

type Deduped = { readonly deduped: KeyedJob; readonly drawn: JobHandle };

/** From now on the `Idempotency-Key`, where there is one, stands for the job that dedupe gave. */
async function withIdempotency(
  call: Call,
  idempotency: KeyOptions["idempotency"],
  { deduped, drawn }: Deduped,
): Promise<Result<KeyedJob, Problem>> {
  if (idempotency === null) return ok(deduped);
  const proposed = { jobId: deduped.job.id, claimant: drawn.id };
  const claimed = await claimIdempotencyKey(call, idempotency, proposed);
  return claimed.ok ? ok(kept(claimed.value, deduped.keptMs)) : claimed;
}

function deduplicated(call: Call, { jobId, ttlMs }: DedupeRecord): KeyedJob {
  return {
    job: reservedJob(call, jobId),
    headers: {},
    members: DEDUPLICATED,
    // Where the one who claimed the key went down, we make the job: for as long as theirs would hold.
    keptMs: keptForDedupeMs(ttlMs),
  };
}

type Claim = { readonly dedupe: NonNullable<KeyOptions["dedupe"]>; readonly drawn: JobHandle };

async function claimDedupe(
  call: Call,
  { plugin, command }: Target,
  { dedupe: { key, ttlMs }, drawn }: Claim,
): Promise<KeyedJob> {
  const asked = { plugin: plugin.name, command, key };
  const record = await claimDedupeKey(call.env, asked, { jobId: drawn.id, ttlMs });
  return record.jobId === drawn.id
    ? { ...unkeyed(drawn), keptMs: keptForDedupeMs(record.ttlMs) }
    : deduplicated(call, record);
}

/** A job that two keys lead to is kept for the one that holds longer. */
function kept(keyed: KeyedJob, keptMs: DurationMs): KeyedJob {
  return { ...keyed, keptMs: longest(keyed.keptMs, keptMs) };
}
