import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { jobId } from "../../src/core/job/job.ts";
import { keyNameText } from "../../src/core/key/key-name.ts";
import { claimDedupeKey } from "../../src/edge/key/key-client.ts";
import { sha256Hex } from "../../src/edge/sha256.ts";
import { seconds } from "../../src/lang/time.ts";
import { newKey, trigger } from "./keys.ts";
import { crash, deliver, messageFor, newObject, setClock, type TestObject } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let start = 0;
let word = "";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  start = Date.now();
  word = crypto.randomUUID();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const once = (body: object = {}, path = "lab/echo") =>
  trigger(path, body, { "idempotency-key": word });

/** The object of a job that a trigger has named. */
function objectOf(name: string): TestObject {
  const id = env.JOBS.idFromString(name);
  return {
    id: jobId(name),
    get stub() {
      return env.JOBS.get(id) as unknown as TestObject["stub"];
    },
    get job() {
      return env.JOBS.get(id) as unknown as TestObject["job"];
    },
  };
}

describe("an Idempotency-Key through the whole gateway", () => {
  test.each([
    { end: "succeeds", path: "lab/echo", payload: {} },
    { end: "fails", path: "lab/flaky", payload: { failures: 9, retry: false } },
  ])("stands for its job for 24 hours, also when that $end", async ({ path, payload }) => {
    setClock(start);
    const first = await once({ payload, wait: 20 }, path);

    setClock(start + DAY - 1000);
    const held = await once({ payload, wait: 20 }, path);
    setClock(start + DAY + 1000);
    const free = await once({ payload, wait: 20 }, path);

    expect(held).toEqual({ ...first, isReplayed: true });
    expect(free.body.job_id).not.toBe(first.body.job_id);
    expect([first.isReplayed, free.isReplayed]).toEqual([false, false]);
  });

  test("keeps a job that nobody would keep otherwise, until the key is free", async () => {
    setClock(start);
    const first = await once({}, "lab/poke");
    const object = objectOf(first.body.job_id);
    await deliver([messageFor(object)], "consumer");
    const before = await object.job.snapshot();
    expect(before?.status).toBe("succeeded");

    setClock(start + DAY - 1000);
    await runDurableObjectAlarm(object.stub);
    const again = await once({}, "lab/poke");
    const after = await object.job.snapshot();
    setClock(start + DAY + HOUR);
    await runDurableObjectAlarm(object.stub).catch(() => {
      // The object goes down when it has removed itself.
    });

    expect(again).toEqual({ ...first, isReplayed: true });
    expect(after).toEqual(before);
    expect(await object.job.snapshot()).toBeNull();
  });

  test("stands for it also when the clock has gone back", async () => {
    setClock(start);
    const first = await once({ wait: 20 });

    setClock(start - HOUR);
    const again = await once({ wait: 20 });

    expect(again).toEqual({ ...first, isReplayed: true });
  });

  test("survives crashes and evictions of its object and of the job's between any two triggers", async () => {
    const name = keyNameText({ tenant: "", scope: "idempotency", key: word });
    const key = newKey(await sha256Hex(name));
    const first = await once({ wait: 20 });
    const job = objectOf(first.body.job_id);
    const cuts = [key.crash, key.evict, () => crash(job), () => evictDurableObject(job.stub)];

    for (const cut of cuts) {
      await cut();
      expect(await once({ wait: 20 })).toEqual({ ...first, isReplayed: true });
    }
  });
});

describe("a dedupe key through the whole gateway", () => {
  test("whose first trigger went down before its job is made by the next, once", async () => {
    const { id } = newObject();
    const asked = { plugin: "lab", command: "echo", key: word };
    await claimDedupeKey(env, asked, { jobId: id, ttlMs: seconds(60) });

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => trigger("lab/echo", { dedupe_key: word, wait: 20 })),
    );

    expect(new Set(answers.map(({ body }) => body.job_id))).toEqual(new Set([id]));
    expect(answers[0]?.body).toMatchObject({ status: "succeeded", attempts: [{ attempt: 1 }] });
  });

  test("lets go of a job that succeeded when its window is over, to the second", async () => {
    const run = () => trigger("lab/echo", { dedupe_key: word, dedupe_ttl: 3600, wait: 20 });
    setClock(start);
    const first = await run();

    setClock(start + HOUR - 1000);
    const held = await run();
    setClock(start + HOUR + 1000);
    const free = await run();

    expect(held.body).toEqual({ ...first.body, deduplicated: true });
    expect(free.body.job_id).not.toBe(first.body.job_id);
    expect(free.body).not.toHaveProperty("deduplicated");
  });

  test("keeps the window that was asked for with the job, not with a later trigger", async () => {
    const run = (ttl: number) =>
      trigger("lab/echo", { dedupe_key: word, dedupe_ttl: ttl, wait: 20 });
    setClock(start);
    const first = await run(3600);

    setClock(start + 60_000);
    const short = await run(1);
    setClock(start + HOUR + 1000);
    const long = await run(86_400);

    expect(short.body.job_id).toBe(first.body.job_id);
    expect(long.body.job_id).not.toBe(first.body.job_id);
  });
});

describe("both keys at once", () => {
  const both = (key: string, dedupe = word) =>
    trigger("lab/echo", { dedupe_key: dedupe, wait: 20 }, { "idempotency-key": key });

  test("a new Idempotency-Key is given the job that the dedupe key stands for, and keeps it", async () => {
    setClock(start);
    const first = await trigger("lab/echo", { dedupe_key: word, dedupe_ttl: 60, wait: 20 });
    const joined = await both(`${word}-1`);

    // By now the dedupe key is free, but for this Idempotency-Key the job stays what it was.
    setClock(start + HOUR);
    const replayed = await both(`${word}-1`);
    const other = await both(`${word}-2`);

    expect(joined.body).toEqual({ ...first.body, deduplicated: true });
    expect(replayed).toEqual({ ...joined, isReplayed: true });
    expect(other.body.job_id).not.toBe(first.body.job_id);
    expect(other.body).not.toHaveProperty("deduplicated");
  });

  test("a replay of the request that made the job says nothing of deduplication", async () => {
    const first = await both(`${word}-1`);

    const again = await both(`${word}-1`);

    expect(first.body).not.toHaveProperty("deduplicated");
    expect(again).toEqual({ ...first, isReplayed: true });
  });

  test("a job is kept for both: the dedupe window, and a key that joins in its last moment", async () => {
    setClock(start);
    await trigger("lab/poke", { dedupe_key: word, dedupe_ttl: 86_400 });
    const first = await trigger("lab/poke", { dedupe_key: word, dedupe_ttl: 86_400 });
    const object = objectOf(first.body.job_id);
    await deliver([messageFor(object)], "consumer");
    const before = await object.job.snapshot();
    expect(before?.status).toBe("succeeded");
    const poke = () =>
      trigger("lab/poke", { dedupe_key: word, dedupe_ttl: 86_400 }, { "idempotency-key": word });

    setClock(start + DAY - 1000);
    const joined = await poke();
    setClock(start + 2 * DAY - 2000);
    await runDurableObjectAlarm(object.stub);
    const replayed = await poke();

    expect(joined.body.job_id).toBe(first.body.job_id);
    expect(replayed).toEqual({ ...joined, isReplayed: true });
    expect(await object.job.snapshot()).toEqual(before);
  });
});

test("one word is another key for each command and each header", async () => {
  const answers = [
    await trigger("lab/echo", { dedupe_key: word, wait: 20 }),
    await trigger("lab/sleep", { dedupe_key: word, payload: { ms: 1 }, wait: 20 }),
    await trigger("lab/echo", { wait: 20 }, { "idempotency-key": word }),
    await trigger("lab/echo", { wait: 20 }, { "idempotency-key": `${word}|` }),
  ];

  expect(new Set(answers.map(({ body }) => body.job_id)).size).toBe(4);
});
