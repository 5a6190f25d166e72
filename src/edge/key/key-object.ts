import { DurableObject } from "cloudflare:workers";
import type { JobId } from "../../core/job/job.ts";
import {
  claimDedupe,
  type DedupeClaim,
  type DedupeRecord,
  dedupeWakeAt,
  firstLookAt,
  type SeenJob,
} from "../../core/key/dedupe.ts";
import {
  claimIdempotency,
  findIdempotency,
  freeAt,
  type IdempotencyClaim,
  type IdempotencyRecord,
  idempotencyWakeAt,
} from "../../core/key/idempotency.ts";
import type { KeyRefusal } from "../../core/key/refusal.ts";
import type { Result } from "../../lang/result.ts";
import { after, type EpochMs, epochMs, latest, minutes } from "../../lang/time.ts";
import { awakeObjects } from "../awake-objects.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { findJob } from "../job/job-client.ts";
import { logError } from "../log.ts";
import { OverloadedFault } from "../object-call.ts";

type KeyRecord = IdempotencyRecord | DedupeRecord;

/** What is written of a key. A newer Holdline reads older forms. */
type StoredKey = { readonly v: 1; readonly record: KeyRecord };

const DOCUMENT = "key";

/** The rest of an alarm whose pass fails: all that waits for it is a record that nobody needs any more. */
const ALARM_REST_MS = minutes(5);

/**
 * One `Idempotency-Key` or `dedupe_key`: which one, its name says (`key-client.ts`). It only reserves a
 * job's id: whoever is given the id submits it, so neither a job nor a key is lost between the two. It
 * keeps nothing in memory, and every method may come twice. To claim a free key writes 2 rows, to ask
 * for one that is taken writes none.
 */
export class KeyObject extends DurableObject<GatewayEnv> {
  /** The alarm that fires now: setting that very instant again would lose it (workerd#6866). */
  #firedAt: EpochMs = epochMs(0);
  readonly #awake = awakeObjects.wake(clock());

  /** What an `Idempotency-Key` stands for; `null` = nothing. Claims nothing. */
  async findIdempotency(
    fingerprint: string,
  ): Promise<Result<IdempotencyRecord | null, KeyRefusal>> {
    return findIdempotency(this.#readIdempotency(), fingerprint, clock());
  }

  /** Asks for an `Idempotency-Key`, and says what it stands for from now on. */
  async claimIdempotency(claim: IdempotencyClaim): Promise<Result<IdempotencyRecord, KeyRefusal>> {
    const before = this.#readIdempotency();
    const claimed = claimIdempotency(before, claim, clock());
    if (claimed.ok && claimed.value !== before) {
      this.#commit(claimed.value, freeAt(claimed.value));
    }
    return claimed;
  }

  /** The job that has a `dedupe_key` at present; `null` = none. Claims nothing. */
  async findDedupe(): Promise<DedupeRecord | null | "overloaded"> {
    const record = this.#readDedupe();
    if (record === null) return null;
    try {
      const seen = await this.#look(record.jobId);
      return seen !== null && dedupeWakeAt({ record, seen }, clock()) !== null ? record : null;
    } catch (cause) {
      if (cause instanceof OverloadedFault) return "overloaded";
      throw cause;
    }
  }

  /**
   * Asks for a `dedupe_key`, and says what it stands for from now on.
   *
   * @returns `overloaded` when the job that has the key cannot be looked at: an error would arrive
   * without its class.
   */
  async claimDedupe(claim: DedupeClaim): Promise<DedupeRecord | "overloaded"> {
    try {
      return await this.#claimDedupe(claim);
    } catch (cause) {
      if (cause instanceof OverloadedFault) return "overloaded";
      throw cause;
    }
  }

  /**
   * Removes a record that is over. A pass never throws where it can help it: the platform gives up on
   * an alarm that throws seven times, and then nothing would remove the record.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#firedAt = epochMs(info?.scheduledTime ?? clock());
    try {
      await this.#removeIfOver();
    } catch (cause) {
      logError("key.alarm_failed", cause, { key: this.ctx.id.toString() });
      this.#arm(after(clock(), ALARM_REST_MS));
    }
  }

  async #claimDedupe(claim: DedupeClaim): Promise<DedupeRecord> {
    for (;;) {
      const before = this.#readDedupe();
      // A look lets other calls in. Whoever finds the record changed looks again, at the new job.
      const seen = before === null ? null : await this.#look(before.jobId);
      if (!isSame(before, this.#readDedupe())) continue;
      const known = before === null ? null : { record: before, seen };
      const claimed = claimDedupe(known, claim, clock());
      if (claimed !== before) this.#commit(claimed, firstLookAt(claimed));
      return claimed;
    }
  }

  async #removeIfOver(): Promise<void> {
    const record = this.#read();
    if (record === null) return;
    const wakeAt =
      record.kind === "idempotency"
        ? idempotencyWakeAt(record, clock())
        : dedupeWakeAt({ record, seen: await this.#look(record.jobId) }, clock());
    // Claimed anew meanwhile, and with that an alarm was set.
    if (!isSame(record, this.#read())) return;
    if (wakeAt === null) await this.ctx.storage.deleteAll();
    else this.#arm(wakeAt);
  }

  async #look(id: JobId): Promise<SeenJob> {
    const snapshot = await findJob(this.env, id)?.call((object) => object.snapshot());
    if (snapshot === undefined || snapshot === null) return null;
    const { status, finished_at: finishedAt } = snapshot;
    return { status, finishedAt: finishedAt === null ? null : epochMs(Date.parse(finishedAt)) };
  }

  #read(): KeyRecord | null {
    this.#awake.stir(clock());
    return this.ctx.storage.kv.get<StoredKey>(DOCUMENT)?.record ?? null;
  }

  #readIdempotency(): IdempotencyRecord | null {
    const record = this.#read();
    return record?.kind === "idempotency" ? record : null;
  }

  #readDedupe(): DedupeRecord | null {
    const record = this.#read();
    return record?.kind === "dedupe" ? record : null;
  }

  /** Record and alarm: both or, when anything throws, neither. */
  #commit(record: KeyRecord, wakeAt: EpochMs): void {
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.kv.put<StoredKey>(DOCUMENT, { v: 1, record });
      this.#arm(wakeAt);
    });
  }

  /** The only caller of `setAlarm`. Never for "now", never for the instant that fires at present. */
  #arm(at: EpochMs): void {
    const soonest = epochMs(latest(clock(), this.#firedAt) + 1);
    // Not awaited: it belongs to the transaction, and the output gate holds every answer back until
    // the transaction is on disk.
    void this.ctx.storage.setAlarm(latest(at, soonest));
  }
}

/** Whether nobody has claimed the key in between. No two claims draw the same id. */
function isSame(before: KeyRecord | null, now: KeyRecord | null): boolean {
  return before?.jobId === now?.jobId && before?.claimedAt === now?.claimedAt;
}
