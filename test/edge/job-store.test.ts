import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import type { ClaimedDelivery, DeliveryNote } from "../../src/edge/callbacks/claimed-delivery.ts";
import { epochMs } from "../../src/lang/time.ts";
import { aCallback, anAttemptToDeliver } from "../support/a-callback.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";
import { CLAIM, newObject, stored, submit, type TestObject } from "./support.ts";

/** Rows as SQLite counts them, since the object came to life: values, and the alarm, which is a row too. */
async function rowsWritten({ stub }: TestObject): Promise<number> {
  return runInDurableObject(
    stub,
    (_object, { storage }) =>
      storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n,
  );
}

async function keysOf({ stub }: TestObject): Promise<readonly string[]> {
  return runInDurableObject(stub, (_object, { storage }) =>
    [...storage.kv.list()].map(([key]) => key),
  );
}

function noteOf(claimed: ClaimedDelivery | null): DeliveryNote {
  const { endpoint = 0, seq = 0, attempt = 0 } = claimed ?? {};
  const verdict = { kind: "delivered" } as const;
  return { endpoint, seq, attempt, verdict, last: anAttemptToDeliver(), news: {} };
}

describe("the row budget", () => {
  test("a direct waited job writes at most 4 rows in its object", async () => {
    const object = newObject();
    const plan = aPlan({ dispatch: "direct" });

    const snapshot = await object.job.submit(
      aSubmission({ id: object.id, plan }),
      epochMs(Number.MAX_SAFE_INTEGER),
    );

    expect(snapshot.status).toBe("succeeded");
    expect(await rowsWritten(object)).toBeLessThanOrEqual(4);
  });

  test("every state change writes the document and the alarm, and nothing else", async () => {
    const object = newObject();
    const rows: number[] = [];

    await submit(object);
    rows.push(await rowsWritten(object));
    await object.job.claim(CLAIM);
    rows.push(await rowsWritten(object));
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));
    rows.push(await rowsWritten(object));

    expect(rows).toEqual([2, 4, 6]);
  });

  test("what callbacks are owed costs nothing beside it, and each delivery at most a state change", async () => {
    const object = newObject();
    const rows: number[] = [];
    const count = async () => rows.push(await rowsWritten(object));

    await submit(object, {}, { callbacks: [aCallback()] });
    await count();
    const claimed = await object.job.claimDelivery(1);
    await count();
    await object.job.noteDelivery(noteOf(claimed), true);
    await count();

    expect(rows.slice(0, 2)).toEqual([2, 2]);
    expect(rows[2]).toBeLessThanOrEqual(4);
  });

  test("reading a job, or asking for one that is not there, writes none", async () => {
    const [object, nobody] = [newObject(), newObject()];
    await submit(object);
    await evictDurableObject(object.stub);

    await object.job.snapshot();
    await nobody.job.snapshot();

    expect([await rowsWritten(object), await rowsWritten(nobody)]).toEqual([0, 0]);
  });
});

describe("a large value", () => {
  const large = "é".repeat(60_000);

  test("has a row of its own, written once, and is read back as it was", async () => {
    const object = newObject();
    await submit(object, {}, { payload: { text: large } });
    const outcome = { kind: "success", stateUpdates: null, artifacts: [], logs: [] } as const;
    const result: Outcome = { ...outcome, result: { text: large, output: null } };

    await report(object, result);
    await evictDurableObject(object.stub);

    expect(await keysOf(object)).toEqual(["job", "payload", "result:0"]);
    expect(await object.job.snapshot()).toMatchObject({ result: { text: large } });
    expect((await stored(object))?.payload).toEqual({ text: large });
  });

  test("of an event has a row as well, so that a payload may be as large beside it", async () => {
    const object = newObject();
    const event = {
      type: "github.push",
      payload: { text: "é".repeat(500_000) },
      source: "webhook:github",
      timestamp: "2026-11-21T12:00:00.000Z",
      event_id: "1",
    };

    await submit(object, {}, { payload: { text: large }, event });
    await evictDurableObject(object.stub);

    expect(await keysOf(object)).toEqual(["event", "job", "payload"]);
    expect((await stored(object))?.event).toEqual(event);
  });

  test("of bytes that no other encoding keeps small is stored as UTF-8", async () => {
    const object = newObject();
    // One character beyond Latin-1 would double the whole string in the platform's own format.
    await submit(object, {}, { payload: { text: `${"x".repeat(1_000_000)}✓` } });

    const bytes = await runInDurableObject(
      object.stub,
      (_object, { storage }) => storage.kv.get<Uint8Array>("payload")?.byteLength,
    );

    expect(bytes).toBe(1_000_000 + 3 + '{"text":""}'.length);
  });

  test("beyond what requests and answers may hold is refused, and nothing is written", async () => {
    const object = newObject();

    const submitted = submit(object, {}, { payload: { text: "x".repeat(1_070_000) } });

    await expect(submitted).rejects.toThrow("Cannot store row payload: it has 1070011 bytes");
    expect(await keysOf(object)).toEqual([]);
  });

  test("of logs and excerpts never fills the document, however many attempts leave one", async () => {
    const object = newObject();
    const retry = { ...aPlan().retry, maxAttempts: 20 };
    await submit(object, { retry });
    const failure: Outcome = {
      ...failureOf("protocol_fault", "Not JSON", { excerpt: "<".repeat(65_536) }),
      logs: [{ level: "info", message: "x".repeat(65_000) }],
    };

    await report(object, failure);
    await evictDurableObject(object.stub);

    expect(await keysOf(object)).toEqual(["job", "notes:0:1"]);
    expect((await object.job.snapshot())?.attempts[0]).toMatchObject({
      excerpt: failure.excerpt,
      logs: failure.logs,
    });
  });

  test("of at most 100,000 bytes stays in the document", async () => {
    const object = newObject();
    await submit(object, {}, { payload: { text: "x".repeat(99_000) } });

    expect(await keysOf(object)).toEqual(["job"]);
  });
});

test("text that is no valid Unicode survives the disk", async () => {
  const object = newObject();
  const payload = { text: `\ud800${"x".repeat(200_000)}\u0000` };
  await submit(object, {}, { payload });
  await evictDurableObject(object.stub);

  expect((await stored(object))?.payload).toEqual(payload);
});

async function report(object: TestObject, outcome: Outcome): Promise<void> {
  await object.job.claim(CLAIM);
  await object.job.report(ONLY_STEP, CLAIM.token, anEnd(outcome));
}
