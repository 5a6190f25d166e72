import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import type { EventPage } from "../../src/edge/watch/watch.ts";
import { aBatch, anEnd, aSuccess } from "../support/a-command.ts";
import { CLAIM, newObject, stored, submit, type TestObject } from "./support.ts";

/** A claimed job that says this many things, one commit each. */
async function aChattyJob(count: number, text = "word"): Promise<TestObject> {
  const object = newObject();
  await submit(object);
  await object.job.claim(CLAIM);
  for (let number = 1; number <= count; number += 1) {
    const batch = aBatch({ number, progress: null, text: `${text} ${number}` });
    await object.job.progress(ONLY_STEP, CLAIM.token, batch);
  }
  return object;
}

/** Reads the whole log, page after page. */
async function readLog(object: TestObject, limit: number, after = 0): Promise<EventPage["events"]> {
  const page = await object.job.events(after, limit);
  if (page === null || page.events.length === 0) return [];
  const last = page.events.at(-1)?.seq ?? after;
  return [...page.events, ...(page.more ? await readLog(object, limit, last) : [])];
}

const numbersOf = (events: EventPage["events"]) => events.map(({ seq }) => seq);
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("the log of a chatty job", () => {
  test("is read without a gap, whatever the page, also after an eviction", async () => {
    const object = await aChattyJob(130);

    for (const limit of [1, 7, 100, 1000]) {
      expect(numbersOf(await readLog(object, limit))).toEqual(oneTo(133));
    }
    await evictDurableObject(object.stub);
    expect(numbersOf(await readLog(object, 40))).toEqual(oneTo(133));
  });

  test("is read from any event on, as it was shown at first", async () => {
    const object = await aChattyJob(120);
    const whole = await readLog(object, 1000);

    for (const after of [0, 1, 49, 50, 51, 52, 53, 101, 122, 123, 500]) {
      expect(await readLog(object, 1000, after)).toEqual(whole.slice(after));
    }
  });

  test("comes in pages as long as the reader asks for, wherever its parts are kept", async () => {
    const { job } = await aChattyJob(130);

    for (const limit of [40, 100, 133, 1000]) {
      const page = await job.events(0, limit);
      expect(numbersOf(page?.events ?? [])).toEqual(oneTo(Math.min(limit, 133)));
      expect(page?.more).toBe(limit < 133);
    }
  });

  test("keeps the document small: a row for every 50 events, written once", async () => {
    const object = await aChattyJob(130);
    const { events } = (await stored(object)) ?? {};
    const keys = await runInDurableObject(object.stub, (_object, { storage }) =>
      [...storage.kv.list({ prefix: "events:" })].map(([key]) => key),
    );

    expect(events?.length).toBeLessThanOrEqual(50);
    expect(keys).toEqual(["events:0000000001", "events:0000000051"]);
  });

  test("of long texts is kept in pages that a row can hold", async () => {
    const object = await aChattyJob(12, "✓".repeat(60_000));

    const sizes = await runInDurableObject(object.stub, (_object, { storage }) =>
      [...storage.kv.list({ prefix: "events:" })].map(([, page]) => JSON.stringify(page).length),
    );

    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(300_000);
    expect(numbersOf(await readLog(object, 1000))).toEqual(oneTo(15));
  });

  test("says when it is complete", async () => {
    const object = await aChattyJob(60);
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

    const first = await object.job.events(0, 60);
    const last = await object.job.events(60, 60);

    expect([first?.final, first?.more]).toEqual([false, true]);
    expect([last?.final, last?.more, last?.events.at(-1)?.type]).toEqual([
      true,
      false,
      "job.succeeded",
    ]);
  });
});

test("a side call costs two rows, the document and nothing but its alarm", async () => {
  const object = await aChattyJob(1);
  const rows = async () =>
    runInDurableObject(
      object.stub,
      (_object, { storage }) =>
        storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n,
    );
  const before = await rows();

  await object.job.progress(ONLY_STEP, CLAIM.token, aBatch({ number: 2 }));

  expect((await rows()) - before).toBeLessThanOrEqual(2);
});

test("a job that is not there has no log", async () => {
  expect(await newObject().job.events(0, 10)).toBeNull();
});
