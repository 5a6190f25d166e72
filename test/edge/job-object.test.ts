import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { attemptToken, ONLY_STEP, type Running } from "../../src/core/job/step.ts";
import type { JobObject } from "../../src/edge/job/job-object.ts";
import { epochMs, seconds } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";
import {
  alarmAt,
  CLAIM,
  crash,
  newObject,
  setClock,
  stored,
  storedState,
  submit,
  until,
} from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const FOR_EVER = epochMs(Number.MAX_SAFE_INTEGER);

describe("a direct job", () => {
  test("is answered by the call that submits it", async () => {
    const object = newObject();
    const plan = aPlan({ dispatch: "direct" });

    const snapshot = await object.job.submit(aSubmission({ id: object.id, plan }), FOR_EVER);

    expect(snapshot).toMatchObject({
      status: "succeeded",
      result: { text: "hello", output: { text: "hello" }, artifacts: [] },
    });
  });

  test("goes on when nobody waits", async () => {
    const object = newObject();

    const snapshot = await submit(object, { dispatch: "direct" });

    expect(snapshot.status).toBe("running");
    await until(async () => (await object.job.snapshot())?.status === "succeeded");
  });

  test("goes on when patience is over first", async () => {
    const object = newObject();
    const plan = aPlan({ dispatch: "direct", command: "sleep" });
    const submission = aSubmission({ id: object.id, plan, payload: { ms: 300 } });

    const snapshot = await object.job.submit(submission, epochMs(Date.now() + 20));

    expect(snapshot.status).toBe("running");
    await until(async () => (await object.job.snapshot())?.status === "succeeded");
  });

  test("submitted twice runs once", async () => {
    const object = newObject();
    const plan = aPlan({ dispatch: "direct" });
    const submission = aSubmission({ id: object.id, plan });

    const both = await Promise.all([
      object.job.submit(submission, FOR_EVER),
      object.job.submit(submission, FOR_EVER),
    ]);

    expect(both[1]).toEqual(both[0]);
    expect(both[0].attempts).toHaveLength(1);
  });
});

describe("between any two steps", () => {
  test("eviction changes nothing: submit, claim, extend, report, read", async () => {
    const object = newObject();
    await submit(object);
    await evictDurableObject(object.stub);
    await object.job.claim(CLAIM);
    const { token } = CLAIM;

    await evictDurableObject(object.stub);
    expect(await object.job.extend(ONLY_STEP, token)).toEqual({ ok: true, value: null });
    await evictDurableObject(object.stub);
    expect(await object.job.report(ONLY_STEP, token, anEnd(aSuccess))).toEqual({
      ok: true,
      value: null,
    });
    await evictDurableObject(object.stub);

    expect(await object.job.snapshot()).toMatchObject({
      status: "succeeded",
      result: { text: "done", output: { n: 1 } },
      seq: 4,
    });
  });

  test("the document and the alarm agree after every one of them", async () => {
    const object = newObject();
    const seen: [string | undefined, number | null][] = [];
    const look = async () => {
      seen.push([(await storedState(object))?.status, await alarmAt(object)]);
    };
    const start = Date.now();
    setClock(start);

    await submit(object);
    await look();
    await object.job.claim(CLAIM);
    await look();
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));
    await look();

    expect(seen).toEqual([
      ["queued", start + 15_000],
      ["running", start + 30_000],
      ["succeeded", start + 30 * 86_400_000],
    ]);
  });
});

describe("a direct attempt that its object forgot in a crash", () => {
  test("is rescued by whoever wakes the object, not only by the alarm", async () => {
    const object = newObject();
    await submit(object, { dispatch: "direct", command: "hang" });
    await crash(object);

    const snapshot = await object.job.snapshot();

    expect(snapshot).toMatchObject({
      status: "queued",
      attempt: 2,
      error: { category: "lease_lost", retryable: true },
    });
    const restMs = Date.parse(snapshot?.next_retry_at ?? "") - Date.now();
    expect(restMs).toBeGreaterThan(0);
    expect(restMs).toBeLessThanOrEqual(2000);
  });

  test("is rescued by the guard alarm 15 s after it began, if nobody comes by", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object, { dispatch: "direct", command: "hang" });
    expect(await alarmAt(object)).toBe(start + 15_000);
    await crash(object);

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({ status: "backing_off", attempt: 2 });
  });

  test("is run again when its retry is due", async () => {
    const object = newObject();
    await submit(object, { dispatch: "direct", command: "sleep" }, { payload: { ms: 20 } });
    await crash(object);
    const { next_retry_at: retryAt } = (await object.job.snapshot()) ?? {};

    setClock(Date.parse(retryAt ?? ""));
    await runDurableObjectAlarm(object.stub);
    vi.restoreAllMocks();

    await until(async () => (await object.job.snapshot())?.status === "succeeded");
    expect(await object.job.snapshot()).toMatchObject({
      attempt: 2,
      result: { text: "slept 20 ms" },
    });
  });

  test("cannot be reported by the call that was cut off", async () => {
    const object = newObject();
    await submit(object, { dispatch: "direct", command: "hang" });
    const { token } = (await storedState(object)) as Running;
    await crash(object);

    const reported = await object.job.report(ONLY_STEP, token, anEnd(aSuccess));

    expect(reported).toEqual({ ok: false, reason: { code: "stale_attempt", status: "queued" } });
  });
});

describe("a direct attempt that its object holds", () => {
  test("is guarded anew by every alarm, and its deadline stays", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object, { dispatch: "direct", command: "hang" });

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({
      status: "running",
      attempt: 1,
      leaseExpiresAt: start + 30_000,
      deadlineAt: start + 120_000,
    });
  });
});

describe("the alarm", () => {
  test("early: nothing happens, and it is set again", async () => {
    const object = newObject();
    await submit(object);
    const [before, armed] = [await stored(object), await alarmAt(object)];

    await runDurableObjectAlarm(object.stub);

    expect(await stored(object)).toEqual(before);
    expect(await alarmAt(object)).toBe(armed);
  });

  test("late: sends the lost message again, once, and rests twice as long", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);

    setClock(start + 600_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({
      sends: 2,
      sendAgainAt: start + 600_000 + 30_000,
    });
    expect(await alarmAt(object)).toBe(start + 630_000);
  });

  test("twice: the second finds nothing to do", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({ sends: 2 });
    expect(await alarmAt(object)).toBe(start + 45_000);
  });

  test("of an object that was evicted: finds the truth on disk", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);
    await evictDurableObject(object.stub);

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({ status: "queued", sends: 2 });
  });

  test("is never set for now, nor for the instant that fires", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);

    // An alarm that the platform fires an hour late, at the very instant that it was set for.
    setClock(start);
    await runInDurableObject(object.stub, (instance: JobObject) =>
      instance.alarm({ scheduledTime: start + 15_000, retryCount: 0, isRetry: false }),
    );

    expect(await alarmAt(object)).toBe(start + 15_001);
  });

  test("that was lost is set again by the next one who comes by", async () => {
    const object = newObject();
    await submit(object);
    await runInDurableObject(object.stub, (_object, { storage }) => storage.deleteAlarm());
    expect(await alarmAt(object)).toBeNull();

    await evictDurableObject(object.stub);
    await object.job.snapshot();

    expect(await alarmAt(object)).toBeGreaterThan(Date.now());
  });

  test("of a job past its retention: removes it, and leaves nothing to wake", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object, {}, { retentionMs: seconds(60) });
    await object.job.claim(CLAIM);
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

    setClock(start + 60_000);
    await runDurableObjectAlarm(object.stub).catch(() => {
      // The object ends itself under the call: that is what is tested.
    });

    expect(await object.job.snapshot()).toBeNull();
    expect(await alarmAt(object)).toBeNull();
  });
});

describe("a job that is not there", () => {
  test("refuses every command, and writes nothing", async () => {
    const object = newObject();

    const answers = [
      await object.job.snapshot(),
      await object.job.claim(CLAIM),
      await object.job.run(CLAIM),
      await object.job.extend(ONLY_STEP, attemptToken("made-up")),
      await object.job.report(ONLY_STEP, attemptToken("made-up"), anEnd(aSuccess)),
    ];
    await runDurableObjectAlarm(object.stub);

    const refused = { ok: false, reason: { code: "job_not_found" } };
    expect(answers).toEqual([null, refused, refused, refused, refused]);
    const changes = await runInDurableObject(object.stub, (_object, { storage }) =>
      storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one(),
    );
    expect(changes.n).toBe(0);
    expect(await alarmAt(object)).toBeNull();
  });
});
