import type { Namespace } from "./counted-env.ts";
import { count } from "./counts.ts";

type Method = (...given: readonly unknown[]) => unknown;
type After = (given: readonly unknown[], answer: unknown) => void;

/**
 * Has the storage of an object count its rows as they are billed: each value that is put or deleted, each
 * alarm that is set, and for SQL what the statement itself says. To delete everything counts as to delete each.
 */
export function countStorage(of: Namespace, storage: DurableObjectStorage): void {
  const written = (rows: number) => count(`${of}.rows_written`, rows);
  const read = (rows: number) => count(`${of}.rows_read`, rows);
  const { kv, sql } = storage;
  const values: { readonly [method: string]: After } = {
    put: ([key]) => written(typeof key === "string" ? 1 : Object.keys(key as object).length),
    delete: ([key]) => written(Array.isArray(key) ? key.length : 1),
    get: ([key]) => read(Array.isArray(key) ? key.length : 1),
  };
  follow(kv, values);
  follow(storage, {
    ...values,
    setAlarm: () => written(1),
    deleteAlarm: () => written(1),
    getAlarm: () => read(1),
  });
  before(storage, "deleteAll", () => {
    written([...kv.list()].length);
    count(`${of}.removed`);
  });
  follow(sql, {
    exec: (_given, answer) => {
      const cursor = answer as SqlStorageCursor<Record<string, SqlStorageValue>>;
      written(cursor.rowsWritten);
      followReading(cursor, read);
    },
  });
}

/** A cursor knows how many rows it has read once it is read. */
function followReading(
  cursor: SqlStorageCursor<Record<string, SqlStorageValue>>,
  read: (rows: number) => void,
): void {
  for (const method of ["toArray", "one"] as const) {
    follow(cursor, { [method]: () => read(cursor.rowsRead) });
  }
}

/** Calls what is given after each of the target's methods, with what it was given and what it answered. */
function follow(target: object, methods: { readonly [method: string]: After }): void {
  for (const [name, after] of Object.entries(methods)) {
    const method = Reflect.get(target, name) as Method;
    const value: Method = (...given) => {
      const answer = method.apply(target, [...given]);
      after(given, answer);
      return answer;
    };
    Object.defineProperty(target, name, { value });
  }
}

function before(target: object, name: string, then: () => void): void {
  const method = Reflect.get(target, name) as Method;
  const value: Method = (...given) => {
    then();
    return method.apply(target, [...given]);
  };
  Object.defineProperty(target, name, { value });
}
