import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { jobId } from "../../src/core/job/job.ts";
import { JOB_FORM } from "../../src/edge/job/job-forms.ts";
import { hours } from "../../src/lang/time.ts";
import { aCallback } from "../support/a-callback.ts";
import { aFailure, anAsked, anEnd, aSuccess } from "../support/a-command.ts";
import {
  CLAIM,
  deliver,
  messageFor,
  newObject,
  setClock,
  stored,
  submit,
  type TestObject,
} from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What each form has that those before did not have. */
const NEW_IN_3 = ["finalSeq", "endpoints", "ledger", "artifacts", "hasStored"];
const NEW_IN_2 = [
  "retryOf",
  "maxDurationMs",
  "endBy",
  "breaker",
  "transport",
  "lane",
  "logs",
  "stateUpdates",
];
const NEW_IN_4 = ["event", "attemptsBefore", "answered", "asked"];
const NEW_SINCE = {
  1: [...NEW_IN_2, ...NEW_IN_3, ...NEW_IN_4],
  2: [...NEW_IN_3, ...NEW_IN_4],
  3: NEW_IN_4,
} as const;

function without(keys: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => without(keys, each));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    // An attempt that ended had logs before.
    ([key]) => !keys.includes(key) || (key === "logs" && "excerpt" in value),
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, without(keys, each)]));
}

/** Writes the job back as a version before would have written it, and takes the object down. */
async function asForm(object: TestObject, form: 1 | 2 | 3): Promise<void> {
  await runInDurableObject(object.stub, (_object, { storage }) => {
    const document = without(NEW_SINCE[form], storage.kv.get("job"));
    storage.kv.put("job", { ...(document as object), v: form });
  });
  await evictDurableObject(object.stub);
}

describe.each([1, 2, 3] as const)("a job that was written in form %i, before a deploy", (form) => {
  test.each(["queued", "running", "backing off", "succeeded"] as const)(
    "looks the same after it: %s",
    async (state) => {
      const object = newObject();
      await submit(object);
      if (state !== "queued") await object.job.claim(CLAIM);
      const end = state === "succeeded" ? aSuccess : aFailure;
      const isOver = state === "succeeded" || state === "backing off";
      if (isOver) await object.job.report(CLAIM.step, CLAIM.token, anEnd(end));
      const before = await object.job.snapshot();

      await asForm(object, form);

      expect(await object.job.snapshot()).toEqual(before);
      expect(await object.job.events(0, 100)).toMatchObject({ more: false });
    },
  );

  test("goes on to its end, through a retry", async () => {
    const object = newObject();
    await submit(object, { command: "echo" });
    await object.job.claim(CLAIM);
    await asForm(object, form);

    await object.job.report(CLAIM.step, CLAIM.token, anEnd(aFailure));
    setClock(Date.now() + 3_600_000);
    await runDurableObjectAlarm(object.stub);
    await deliver([messageFor(object, { attempt: 2 })], "consumer");

    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", attempt: 2 });
  });

  test("has asked nothing, and asks today", async () => {
    const object = newObject();
    await submit(object);
    await object.job.claim(CLAIM);
    await object.job.report(CLAIM.step, CLAIM.token, anEnd(aFailure));
    await asForm(object, form);
    expect(await stored(object)).toMatchObject({
      event: null,
      steps: [{ attemptsBefore: 0, answered: null, past: [{ asked: null }] }],
    });

    setClock(Date.now() + 3_600_000);
    await runDurableObjectAlarm(object.stub);
    await object.job.claim({ ...CLAIM, attempt: 2 });
    await object.job.report(CLAIM.step, CLAIM.token, anEnd(anAsked));

    expect(await object.job.snapshot()).toMatchObject({
      status: "waiting",
      wait: { wait_id: "w1" },
      attempts: [{ outcome: "failed" }, { outcome: "asked" }],
    });
  });

  test("owes nobody anything and keeps nothing, and is written anew with what it does next", async () => {
    const object = newObject();
    await submit(object);
    await asForm(object, form);
    const nobody = { endpoints: [], ledger: [], artifacts: [], hasStored: false, finalSeq: null };
    expect(await stored(object)).toMatchObject(nobody);

    await object.job.cancel("enough");

    expect(await stored(object)).toMatchObject({ ...nobody, finalSeq: 2 });
    await runInDurableObject(object.stub, (_object, { storage }) => {
      expect(storage.kv.get("job")).toMatchObject({ v: JOB_FORM });
    });
  });

  test("has its end as the final event, where it is over", async () => {
    const object = newObject();
    await submit(object);
    await object.job.claim(CLAIM);
    await object.job.report(CLAIM.step, CLAIM.token, anEnd(aSuccess));
    expect(await stored(object)).toMatchObject({ finalSeq: 4 });

    await asForm(object, form);

    expect(await stored(object)).toMatchObject({ finalSeq: 4, events: [{}, {}, {}, { seq: 4 }] });
  });
});

test("a job of form 2 keeps what form 1 did not have", async () => {
  const object = newObject();
  await submit(object, {}, { maxDurationMs: hours(2), retryOf: jobId("job-0") });
  const before = await stored(object);

  await asForm(object, 2);

  expect(await stored(object)).toEqual(before);
  expect(before).toMatchObject({
    maxDurationMs: hours(2),
    retryOf: "job-0",
    endBy: expect.any(Number),
  });
});

test("who wants to be told of a job of form 2 can be attached after the deploy", async () => {
  const object = newObject();
  await submit(object);
  await object.job.cancel("enough");
  await asForm(object, 2);

  await object.job.attach([aCallback()]);

  expect(await stored(object)).toMatchObject({ endpoints: [{ owed: [{ seq: 2 }] }] });
});
