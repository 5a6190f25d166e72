import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { aFailure, anEnd, aSuccess } from "../support/a-command.ts";
import {
  CLAIM,
  deliver,
  messageFor,
  newObject,
  setClock,
  submit,
  type TestObject,
} from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What form 1 did not have. */
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

function withoutNewKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNewKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    // An attempt that ended had logs before.
    ([key]) => !NEW_IN_2.includes(key) || (key === "logs" && "excerpt" in value),
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutNewKeys(each)]));
}

/** Writes the job back as the version before would have written it, and takes the object down. */
async function asForm1(object: TestObject): Promise<void> {
  await runInDurableObject(object.stub, (_object, { storage }) => {
    const document = storage.kv.get("job");
    storage.kv.put("job", { ...(withoutNewKeys(document) as object), v: 1 });
  });
  await evictDurableObject(object.stub);
}

describe("a job that was written before a deploy", () => {
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

      await asForm1(object);

      expect(await object.job.snapshot()).toEqual(before);
      expect(await object.job.events(0, 100)).toMatchObject({ more: false });
    },
  );

  test("goes on to its end, through a retry", async () => {
    const object = newObject();
    await submit(object, { command: "echo" });
    await object.job.claim(CLAIM);
    await asForm1(object);

    await object.job.report(CLAIM.step, CLAIM.token, anEnd(aFailure));
    setClock(Date.now() + 3_600_000);
    await runDurableObjectAlarm(object.stub);
    await deliver([messageFor(object, { attempt: 2 })], "consumer");

    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded", attempt: 2 });
  });
});
