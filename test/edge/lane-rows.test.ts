import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JobId } from "../../src/core/job/job.ts";
import type { StateUpdates } from "../../src/core/lane/state.ts";
import { newEntry, newLane, setLaneClock, updatesOf } from "./lane-support.ts";

beforeEach(() => setLaneClock(0));

afterEach(() => {
  vi.restoreAllMocks();
});

type Lane = ReturnType<typeof newLane>;

/**
 * What the platform would bill for `change`: rows of tables and of their indexes, as each statement
 * counts them, one row a value, one row an alarm.
 */
async function rowsOf({ stub }: Lane, change: () => Promise<unknown>): Promise<number> {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  let others = 0;
  await runInDurableObject(stub, (_object, { storage }) => {
    const { sql, kv } = storage;
    const [exec, put, setAlarm] = [sql.exec, kv.put, storage.setAlarm];
    const replace = (on: object, name: string, value: unknown) =>
      Object.defineProperty(on, name, { value, configurable: true });
    replace(sql, "exec", (query: string, ...values: SqlStorageValue[]) => {
      const cursor = exec.call(sql, query, ...values);
      cursors.push(cursor);
      return cursor;
    });
    replace(kv, "put", (...args: Parameters<typeof put>) => {
      others += 1;
      put.apply(kv, args);
    });
    replace(storage, "setAlarm", (...args: Parameters<typeof setAlarm>) => {
      others += 1;
      return setAlarm.apply(storage, args);
    });
  });
  await change();
  return runInDurableObject(stub, (_object, { storage }) => {
    Reflect.deleteProperty(storage.sql, "exec");
    Reflect.deleteProperty(storage.kv, "put");
    Reflect.deleteProperty(storage, "setAlarm");
    return others + cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
  });
}

/** A lane in use: its first row and tables are there, its alarm is set. */
async function usedLane(): Promise<Lane> {
  const lane = newLane();
  const { entry } = newEntry(0);
  await lane.enter(entry, 1);
  await lane.leave(entry);
  return lane;
}

describe("the row budget of a lane", () => {
  test("is 1 for a slot that is free, and 1 for giving it back", async () => {
    const lane = await usedLane();
    const { entry } = newEntry(0);

    expect(await rowsOf(lane, () => lane.enter(entry, 1))).toBe(1);
    expect(await rowsOf(lane, () => lane.leave(entry))).toBe(1);
  });

  test.each<{ what: string; updates: StateUpdates | null; rows: number }>([
    { what: "without a change of the state", updates: null, rows: 3 },
    { what: "with a change of the state", updates: updatesOf({ a: 1 }), rows: 4 },
  ])("is 2 for a place in the line, and $rows for handing a slot on $what", async (given) => {
    const lane = await usedLane();
    const [first, second] = [newEntry(0), newEntry(1)];
    await lane.enter(first.entry, 1);

    expect(await rowsOf(lane, () => lane.enter(second.entry, 1))).toBe(2);
    expect(await rowsOf(lane, () => lane.leave(first.entry, given.updates))).toBe(given.rows);
  });

  test("is 0 for a call that comes twice", async () => {
    const lane = await usedLane();
    const [first, second] = [newEntry(0), newEntry(1)];
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);

    expect(await rowsOf(lane, () => lane.enter(first.entry, 1))).toBe(0);
    expect(await rowsOf(lane, () => lane.enter(second.entry, 1))).toBe(0);
    await lane.leave(first.entry);
    expect(await rowsOf(lane, () => lane.leave(first.entry))).toBe(0);
  });

  test("is 2 for a lease that is renewed: the slot and the alarm", async () => {
    const lane = await usedLane();
    const { peer, entry } = newEntry(0);
    await lane.enter(entry, 1);
    setLaneClock(60_000);

    const rows = await rowsOf(lane, async () => {
      await lane.alarm();
      await peer.asked();
    });

    expect(rows).toBe(2);
  });

  test("does not grow with the line", async () => {
    const lane = await usedLane();
    const { peer, entry } = newEntry(0);
    await lane.enter(entry, 1);
    await fillLine(lane, peer.id, 10_000);

    const rows = await rowsOf(lane, () => lane.leave(entry));

    expect(rows).toBe(3);
    expect((await lane.waiting()).length).toBe(9999);
  });
});

/** Puts many attempts of a job into the line at once, as `enter` would one by one. */
async function fillLine({ stub }: Lane, job: JobId, count: number): Promise<void> {
  await runInDurableObject(stub, (_object, { storage }) => {
    storage.transactionSync(() => {
      for (let index = 0; index < count; index += 1) {
        storage.sql.exec(
          "INSERT INTO line (job, step, attempt, is_stateful, since, arrival) VALUES (?, 'main', ?, 0, 1, ?)",
          ...[job, index + 2, index],
        );
      }
    });
  });
}
