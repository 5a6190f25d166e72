import { keptForDedupeMs } from "../core/key/kept.ts";
import type { JobHandle } from "../edge/job-client.ts";
import { claimDedupeKey } from "../edge/key-client.ts";
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
  if (idempotency === null) return ok(deduped);

  const proposed = { jobId: deduped.job.id, claimant: drawn.id };
  const claimed = await claimIdempotencyKey(call, idempotency, proposed);
  return claimed.ok ? ok(kept(claimed.value, deduped.keptMs)) : claimed;
}

/** The job of an earlier request with the same `Idempotency-Key`; `null` = there was none. */
export async function replayed(
  call: Call,
  { idempotency, dedupe }: KeyOptions,
): Promise<Result<KeyedJob | null, Problem>> {
  if (idempotency === null) return ok(null);
  const found = await findIdempotencyKey(call, idempotency);
  if (!found.ok || found.value === null || dedupe === null) return found;
  return ok(kept(found.value, keptForDedupeMs(dedupe.ttlMs)));
}

type Claim = { readonly dedupe: NonNullable<KeyOptions["dedupe"]>; readonly drawn: JobHandle };

async function claimDedupe(
  call: Call,
  { plugin, command }: Target,
  { dedupe: { key, ttlMs }, drawn }: Claim,
): Promise<KeyedJob> {
  const asked = { plugin: plugin.name, command, key };
  const record = await claimDedupeKey(call.env, asked, { jobId: drawn.id, ttlMs });
  const isOurs = record.jobId === drawn.id;
  return {
    job: isOurs ? drawn : reservedJob(call, record.jobId),
    headers: {},
    members: isOurs ? {} : DEDUPLICATED,
    // Where the one who claimed the key went down, we make the job: for as long as theirs would hold.
    keptMs: keptForDedupeMs(record.ttlMs),
  };
}

/** A job that two keys lead to is kept for the one that holds longer. */
function kept(keyed: KeyedJob, keptMs: DurationMs): KeyedJob {
  return { ...keyed, keptMs: longest(keyed.keptMs, keptMs) };
}
