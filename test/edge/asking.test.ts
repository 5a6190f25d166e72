import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ASK_BYTES_MAX, waitId } from "../../src/core/ask/ask.ts";
import { ONLY_STEP, type StepPlan } from "../../src/core/job/step.ts";
import type { Outcome } from "../../src/core/plugin/outcome.ts";
import { findJob, type JobHandle } from "../../src/edge/job/job-client.ts";
import { snapshotAtEnd, waitForEnd } from "../../src/edge/watch/wait.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { epochMs } from "../../src/lang/time.ts";
import { anAsked, anEnd, aSuccess } from "../support/a-command.ts";
import { anAsk, aPlan, aSubmission } from "../support/a-job.ts";
import {
  alarmAt,
  CLAIM,
  crash,
  deliver,
  messageFor,
  newObject,
  setClock,
  submit,
  type TestObject,
  until,
} from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const FOR_EVER = epochMs(Number.MAX_SAFE_INTEGER);
const AT_ONCE = epochMs(0);

const direct: Partial<StepPlan> = { command: "ask", dispatch: "direct" };
const { view, schema } = anAsk();
const ANSWER = {
  waitId: waitId("w1"),
  action: "accept",
  values: { choice: "blue" },
  by: "api",
} as const;

const has = (status: string, object: TestObject) => async () =>
  (await object.job.snapshot())?.status === status;

/** A job of the lab's that waits for an answer, asked by a call of the object's own. */
async function aWaitingJob(
  payload: JsonObject = {},
  plan: Partial<StepPlan> = {},
): Promise<TestObject> {
  const object = newObject();
  await submit(object, { ...direct, ...plan }, { payload: { view, schema, ...payload } });
  await until(has("waiting", object));
  return object;
}

function handleOf({ id }: TestObject): JobHandle {
  const job = findJob(env, id);
  if (job === null) throw new Error("The id is not one of ours");
  return job;
}

describe("a job that asks", () => {
  test("is answered to the call that submits it, as one that waits", async () => {
    const object = newObject();
    const submission = aSubmission({ id: object.id, plan: aPlan(direct), payload: { view } });

    expect(await object.job.submit(submission, FOR_EVER)).toMatchObject({
      status: "waiting",
      wait: { wait_id: "w1", for: "input", view, schema },
      attempts: [{ outcome: "asked" }],
    });
  });

  test.each(["evict", "crash"] as const)(
    "goes on through every %s: ask; resume; the same again; read",
    async (how) => {
      const gone = (object: TestObject) =>
        how === "evict" ? evictDurableObject(object.stub) : crash(object);
      const object = await aWaitingJob();
      const asked = await object.job.snapshot();

      await gone(object);
      expect(await object.job.snapshot()).toEqual(asked);
      await gone(object);
      const resumed = await object.job.resume(ANSWER, FOR_EVER);
      expect(resumed).toMatchObject({
        ok: true,
        value: {
          status: "succeeded",
          attempt: 2,
          max_attempts: 5,
          wait: null,
          result: { text: '{"choice":"blue"}', output: { choice: "blue" } },
        },
      });
      await gone(object);
      expect(await object.job.resume(ANSWER, FOR_EVER)).toEqual(resumed);
      await gone(object);
      expect(await object.job.resume({ ...ANSWER, by: "discord:7" }, FOR_EVER)).toMatchObject({
        ok: false,
        reason: { code: "not_waiting", status: "succeeded", answered: { by: "api" } },
      });

      const { events } = (await object.job.events(0, 100)) ?? { events: [] };
      expect(events.map(({ type }) => type)).toEqual([
        "job.queued",
        "job.running",
        "job.running",
        "job.waiting",
        "job.resumed",
        "job.running",
        "job.running",
        "job.succeeded",
      ]);
    },
  );

  test("is resumed once by a hundred who say the same at once", async () => {
    const object = await aWaitingJob();

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => object.job.resume(ANSWER, FOR_EVER)),
    );

    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await object.job.snapshot())?.attempts).toHaveLength(2);
  });

  test("is resumed by the first of two who say something else", async () => {
    const object = await aWaitingJob();
    const declined = { ...ANSWER, action: "decline", values: {} } as const;

    const [first, second] = await Promise.all([
      object.job.resume(declined, AT_ONCE),
      object.job.resume(ANSWER, AT_ONCE),
    ]);

    expect([first.ok, second.ok]).toEqual([true, false]);
    await until(has("failed", object));
    expect(await object.job.snapshot()).toMatchObject({ error: { code: "declined", attempt: 2 } });
  });

  test("has no attempt, no slot and no call while it waits, and lines up again for its answer", async () => {
    const lane = { concurrency: 1, isStateful: false };
    const plugin = "lab";
    const asks = await aWaitingJob({}, { lane, plugin });
    const other = newObject();
    await submit(other, { command: "echo", dispatch: "direct", lane, plugin });
    await until(has("succeeded", other));

    expect(await asks.job.slotUse(ONLY_STEP, 1)).toEqual({ kind: "released", updates: null });
    await asks.job.resume(ANSWER, AT_ONCE);
    await until(has("succeeded", asks));

    const next = newObject();
    await submit(next, { command: "echo", dispatch: "direct", lane, plugin });
    await until(has("succeeded", next));
  });

  test("asks and goes on through the queue as well", async () => {
    const object = newObject();
    await submit(object, { command: "ask" }, { payload: { view } });
    await deliver([messageFor(object)], "consumer");
    expect(await object.job.snapshot()).toMatchObject({ status: "waiting" });

    await object.job.resume(ANSWER, FOR_EVER);
    expect(await object.job.snapshot()).toMatchObject({ status: "queued", waits_for: "start" });
    await deliver(
      [messageFor(object, { attempt: 1 }), messageFor(object, { attempt: 2 })],
      "consumer",
    );

    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", attempt: 2 });
  });

  test("asks again and again, and every question has a name of its own", async () => {
    const object = newObject();
    await submit(object, { command: "later" });
    const asked: (string | undefined)[] = [];
    for (const attempt of [1, 2, 3]) {
      await object.job.claim({ ...CLAIM, attempt });
      expect(await object.job.complete(CLAIM.token, anAsked)).toMatchObject({
        ok: true,
        value: { status: "waiting" },
      });
      const id = (await object.job.snapshot())?.wait?.wait_id;
      asked.push(id);
      await object.job.resume({ ...ANSWER, waitId: waitId(id ?? "") }, AT_ONCE);
    }

    expect(asked).toEqual(["w1", "w2", "w3"]);
    expect(await object.job.resume({ ...ANSWER, values: {} }, AT_ONCE)).toMatchObject({
      reason: { code: "not_waiting", answered: null },
    });
  });

  test("keeps its document small, however much it asks", async () => {
    const object = newObject();
    const long: Outcome = {
      ...anAsked,
      ask: anAsk({ view: { text: "x".repeat(ASK_BYTES_MAX - 1000) } }),
    } as Outcome;
    await submit(object, { command: "later" });
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      await object.job.claim({ ...CLAIM, attempt });
      await object.job.report(ONLY_STEP, CLAIM.token, anEnd(long));
      await evictDurableObject(object.stub);
      const answer = { ...ANSWER, waitId: waitId(`w${attempt}`) };
      expect(await object.job.resume(answer, AT_ONCE)).toMatchObject({ ok: true });
    }

    const bytes = await runInDurableObject(
      object.stub,
      (_object, { storage }) => JSON.stringify(storage.kv.get("job")).length,
    );
    expect(bytes).toBeLessThan(250_000);
    const { events } = (await object.job.events(0, 1000)) ?? { events: [] };
    expect(events[3]).toMatchObject({
      type: "job.waiting",
      data: { snapshot: { status: "waiting", max_attempts: 4 } },
    });
  });
});

describe("a question that nobody answers", () => {
  test("ends the job by the alarm, which is set for then", async () => {
    const start = Date.now();
    setClock(start);
    const object = await aWaitingJob({ timeout_ms: 3_600_000 });
    expect(await alarmAt(object)).toBe(start + 3_600_000);
    await evictDurableObject(object.stub);

    setClock(start + 3_600_000);
    await runDurableObjectAlarm(object.stub);

    expect(await object.job.snapshot()).toMatchObject({
      status: "failed",
      error: { code: "wait_timed_out", category: "wait_timed_out", retryable: false },
    });
  });

  test("is answered as the plugin said, by the alarm", async () => {
    const start = Date.now();
    setClock(start);
    const on_timeout = { action: "accept", values: { choice: "red" } };
    const object = await aWaitingJob({ timeout_ms: 60_000, on_timeout });
    await evictDurableObject(object.stub);

    setClock(start + 60_000);
    await runDurableObjectAlarm(object.stub);
    vi.restoreAllMocks();

    await until(has("succeeded", object));
    expect(await object.job.snapshot()).toMatchObject({ result: { output: { choice: "red" } } });
    expect(await object.job.resume(ANSWER, AT_ONCE)).toMatchObject({
      reason: { code: "not_waiting", answered: { by: "timeout" } },
    });
  });
});

describe("who waits for a job", () => {
  test("hears what it asks, also where they came before it did, and across an eviction", async () => {
    const object = newObject();
    await submit(object);
    const waiting = snapshotAtEnd(handleOf(object), epochMs(Date.now() + 20_000));
    await object.job.claim(CLAIM);
    await evictDurableObject(object.stub);
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(anAsked));

    expect(await waiting).toMatchObject({ status: "waiting", wait: { wait_id: "w1" } });
    expect(await snapshotAtEnd(handleOf(object), epochMs(Date.now() + 20_000))).toEqual(
      await waiting,
    );
  });

  test("after an answer waits for what comes of that", async () => {
    const object = newObject();
    await submit(object);
    await object.job.claim(CLAIM);
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(anAsked));
    const resumed = await object.job.resume(ANSWER, AT_ONCE);
    if (!resumed.ok) throw new Error(resumed.reason.code);

    const end = waitForEnd(handleOf(object), resumed.value, epochMs(Date.now() + 20_000));
    await object.job.claim({ ...CLAIM, attempt: 2 });
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

    expect(await end).toMatchObject({ status: "succeeded" });
  });
});
