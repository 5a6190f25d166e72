import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Running, stepId } from "../../src/core/job/step.ts";
import { TIMINGS, type Timings } from "../../src/core/job/timings.ts";
import { durationMs } from "../../src/lang/time.ts";
import {
  CLAIM,
  crash,
  deliver,
  messageFor,
  newObject,
  sabotage,
  setClock,
  storedState,
  submit,
  until,
} from "./support.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The same promises wherever the attempt runs (design, section 4). */
describe.each(["consumer", "object"] as const)("with attempts run by the %s", (runner) => {
  const finished = (object: ReturnType<typeof newObject>) =>
    until(async () => (await object.job.snapshot())?.finished_at !== null);

  test("a message runs its attempt, and is settled", async () => {
    const object = newObject();
    await submit(object);

    const settled = await deliver([messageFor(object)], runner);
    await finished(object);

    expect(settled).toEqual({ acked: ["m0"], retried: [] });
    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", attempt: 1 });
  });

  test("a doubled message runs nothing twice", async () => {
    const object = newObject();
    await submit(object);

    const message = messageFor(object);
    const settled = await deliver([message, message, message], runner);
    await deliver([message], runner);
    await finished(object);

    expect(settled.acked).toEqual(["m0", "m1", "m2"]);
    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", seq: 4 });
  });

  test("a late message finds the attempt claimed by a second one, and changes nothing", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);
    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);
    vi.mocked(Date.now).mockRestore();

    await deliver([messageFor(object)], runner);
    await finished(object);
    const settled = await deliver([messageFor(object)], runner);

    expect(settled).toEqual({ acked: ["m0"], retried: [] });
    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", seq: 4 });
  });

  test("a message of an attempt that is over runs nothing", async () => {
    const object = newObject();
    const retry = { maxAttempts: 3, baseMs: 0, maxMs: 0 } as never;
    await submit(object, { command: "flaky", retry }, { payload: { failures: 1 } });
    await deliver([messageFor(object)], runner);
    await until(async () => (await storedState(object))?.status !== "running");

    await deliver([messageFor(object)], runner);

    expect(await object.job.snapshot()).toMatchObject({ status: "queued", attempt: 2 });
  });

  test("one bad message of ten changes nothing for the other nine", async () => {
    const objects = Array.from({ length: 9 }, newObject);
    await Promise.all(objects.map((object) => submit(object)));
    const broken = newObject();
    await submit(broken);
    await sabotage(broken, {
      storage: {
        transactionSync: () => {
          throw new Error("Broken on purpose");
        },
      },
    });

    const settled = await deliver(
      [...objects.slice(0, 4), broken, ...objects.slice(4)].map((object) => messageFor(object)),
      runner,
    );
    await Promise.all(objects.map(finished));

    expect(settled.retried).toEqual(["m4"]);
    expect(settled.acked).toHaveLength(9);
    const statuses = await Promise.all(objects.map(({ job }) => job.snapshot()));
    expect(new Set(statuses.map((snapshot) => snapshot?.status))).toEqual(new Set(["succeeded"]));
  });

  test.each([
    { what: "nothing", body: null },
    { what: "no object", body: "run job 1" },
    { what: "no job", body: { v: 1, step: "main", attempt: 1 } },
    { what: "a number as its job", body: { v: 1, job: 7, step: "main", attempt: 1 } },
    { what: "no attempt", body: { v: 1, job: "x", step: "main" } },
    { what: "a job that was never issued", body: { v: 1, job: "x", step: "main", attempt: 1 } },
  ])("a message with $what is settled, not delivered again for ever", async ({ body }) => {
    expect(await deliver([body], runner)).toEqual({ acked: ["m0"], retried: [] });
  });

  test("a message for a job that was removed, or for no step of it, is settled", async () => {
    const object = newObject();
    await submit(object);

    const settled = await deliver(
      [messageFor(newObject()), messageFor(object, { step: stepId("other") })],
      runner,
    );

    expect(settled).toEqual({ acked: ["m0", "m1"], retried: [] });
  });

  test("a message of a later version is read by the fields it has", async () => {
    const object = newObject();
    await submit(object);

    await deliver([{ ...messageFor(object), v: 2, priority: "high" }], runner);
    await finished(object);

    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded" });
  });
});

describe("an attempt at a consumer", () => {
  const timings: Timings = { ...TIMINGS, extendEveryMs: durationMs(5) };

  test("keeps its lease as long as it takes, and its deadline", async () => {
    const object = newObject();
    await submit(object, { command: "sleep" }, { payload: { ms: 150 }, timings });
    const delivered = deliver([messageFor(object)], "consumer");
    await until(async () => (await storedState(object))?.status === "running");
    const first = (await storedState(object)) as Running;

    await until(
      async () => ((await storedState(object)) as Running).leaseExpiresAt > first.leaseExpiresAt,
    );

    expect(((await storedState(object)) as Running).deadlineAt).toBe(first.deadlineAt);
    expect(await delivered).toEqual({ acked: ["m0"], retried: [] });
    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded" });
  });

  test("stops when its lease was lost, and reports in vain", async () => {
    const object = newObject();
    await submit(object, { command: "hang" }, { timings });
    const delivered = deliver([messageFor(object)], "consumer");
    await until(async () => (await storedState(object))?.status === "running");
    setClock(Date.now() + 300_000);
    await runDurableObjectAlarm(object.stub);

    expect(await delivered).toEqual({ acked: ["m0"], retried: [] });

    expect(await object.job.snapshot()).toMatchObject({ status: "queued", attempt: 2 });
  });

  test("that dies is rescued when its lease is over, and not before", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);
    await object.job.claim(CLAIM);

    setClock(start + 29_999);
    await runDurableObjectAlarm(object.stub);
    const before = await storedState(object);
    setClock(start + 30_000);
    await runDurableObjectAlarm(object.stub);

    expect(before).toMatchObject({ status: "running" });
    expect(await storedState(object)).toMatchObject({ status: "backing_off", attempt: 2 });
  });

  test("is claimed once, also when the answer to the claim gets lost", async () => {
    const object = newObject();
    await submit(object);

    const claims = [await object.job.claim(CLAIM), await object.job.claim(CLAIM)];

    expect(claims[0]?.ok).toBe(true);
    expect(claims[1]).toEqual(claims[0]);
  });

  test("survives a crash of the job's object: the lease is on disk", async () => {
    const object = newObject();
    await submit(object);
    await object.job.claim(CLAIM);
    await crash(object);

    const state = await storedState(object);

    expect(state).toMatchObject({ status: "running", runner: "consumer", token: CLAIM.token });
  });
});
