import { jobId } from "../../core/job/job.ts";
import { stepId } from "../../core/job/step.ts";
import type { LaneEntry, SlotRef, Waiting } from "../../core/lane/slot.ts";
import { freeSlots, type Held, type LaneView } from "../../core/lane/starts.ts";
import { type EpochMs, epochMs } from "../../lang/time.ts";

/**
 * `line`: who waits. Written by `enter`, read by every change, deleted when the entry starts or leaves.
 * Its index finds the oldest of either kind without reading the others.
 *
 * `slot`: who holds a slot. Written when an entry starts, read by every change, its lease renewed by
 * the alarm, deleted by `leave`. It has no index: it is as short as the limit, and an index would add
 * a row to every start, renewal and end.
 */
const TABLES = `
  CREATE TABLE line (
    job TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
    is_stateful INTEGER NOT NULL, since INTEGER NOT NULL, arrival INTEGER NOT NULL,
    PRIMARY KEY (job, step, attempt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX line_in_order ON line (is_stateful, since, arrival);
  CREATE TABLE slot (
    job TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
    is_stateful INTEGER NOT NULL, lease_expires_at INTEGER NOT NULL,
    PRIMARY KEY (job, step, attempt)
  ) STRICT, WITHOUT ROWID;`;

const THIS_ONE = "job = ? AND step = ? AND attempt = ?";

type RefRow = { readonly job: string; readonly step: string; readonly attempt: number };

/** Who waits in a lane and who holds a slot, as rows. Every method is one part of a transaction. */
export class LaneTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  create(): void {
    this.#sql.exec(TABLES);
  }

  /** What there is to decide on. */
  view(limit: number | null): LaneView {
    const held = this.#held();
    const free = freeSlots({ limit, held });
    const [stateful = null] = held.hasStateful ? [] : this.#oldest(true, Math.min(1, free));
    return { limit, held, plain: this.#oldest(false, free), stateful };
  }

  holds({ job, step, attempt }: SlotRef): boolean {
    return this.#has(`SELECT job FROM slot WHERE ${THIS_ONE}`, job, step, attempt);
  }

  isInLine({ job, step, attempt }: SlotRef): boolean {
    return this.#has(`SELECT job FROM line WHERE ${THIS_ONE}`, job, step, attempt);
  }

  /** At most `count` slots whose lease is over, the longest first. */
  expired(now: EpochMs, count: number): readonly SlotRef[] {
    const query = `SELECT job, step, attempt FROM slot WHERE lease_expires_at <= ?
      ORDER BY lease_expires_at LIMIT ?`;
    return this.#sql.exec<RefRow>(query, now, count).toArray().map(refOf);
  }

  lineUp({ job, step, attempt, isStateful, since }: LaneEntry): void {
    this.#sql.exec(
      `INSERT INTO line (job, step, attempt, is_stateful, since, arrival) SELECT ?, ?, ?, ?, ?,
         1 + coalesce((SELECT max(arrival) FROM line WHERE is_stateful IN (0, 1) AND since = ?), 0)`,
      ...[job, step, attempt, Number(isStateful), since, since],
    );
  }

  leaveLine({ job, step, attempt }: SlotRef): void {
    this.#sql.exec(`DELETE FROM line WHERE ${THIS_ONE}`, job, step, attempt);
  }

  /** Gives a slot to whoever is not in the line, or no longer. */
  start({ job, step, attempt, isStateful }: LaneEntry, leaseExpiresAt: EpochMs): void {
    this.#sql.exec(
      `INSERT INTO slot (job, step, attempt, is_stateful, lease_expires_at) VALUES (?, ?, ?, ?, ?)`,
      ...[job, step, attempt, Number(isStateful), leaseExpiresAt],
    );
  }

  lease({ job, step, attempt }: SlotRef, expiresAt: EpochMs): void {
    const query = `UPDATE slot SET lease_expires_at = ? WHERE ${THIS_ONE}`;
    this.#sql.exec(query, expiresAt, job, step, attempt);
  }

  /** @returns Whether there was a slot to free. */
  free({ job, step, attempt }: SlotRef): boolean {
    return this.#has(`DELETE FROM slot WHERE ${THIS_ONE} RETURNING job`, job, step, attempt);
  }

  #has(query: string, ...values: readonly SqlStorageValue[]): boolean {
    return this.#sql.exec(query, ...values).toArray().length > 0;
  }

  #held(): Held {
    const { slots, stateful, lease } = this.#sql
      .exec<{ slots: number; stateful: number | null; lease: number | null }>(
        `SELECT count(*) AS slots, max(is_stateful) AS stateful, min(lease_expires_at) AS lease
         FROM slot`,
      )
      .one();
    const leaseExpiresAt = lease === null ? null : epochMs(lease);
    return { slots, hasStateful: stateful === 1, leaseExpiresAt };
  }

  #oldest(isStateful: boolean, count: number): readonly Waiting[] {
    if (count === 0) return [];
    return this.#sql
      .exec<RefRow & { since: number; arrival: number }>(
        `SELECT job, step, attempt, since, arrival FROM line WHERE is_stateful = ?
         ORDER BY since, arrival LIMIT ?`,
        ...[Number(isStateful), count],
      )
      .toArray()
      .map((row) => ({
        ...refOf(row),
        since: epochMs(row.since),
        isStateful,
        arrival: row.arrival,
      }));
  }
}

function refOf({ job, step, attempt }: RefRow): SlotRef {
  return { job: jobId(job), step: stepId(step), attempt };
}
