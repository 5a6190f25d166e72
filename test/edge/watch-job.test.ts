import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { findJob, type JobHandle } from "../../src/edge/job/job-client.ts";
import { snapshotAtEnd, snapshotBeyond, waitForEnd } from "../../src/edge/watch/wait.ts";
import { watchEvents } from "../../src/edge/watch/watch-job.ts";
import { epochMs } from "../../src/lang/time.ts";
import { aBatch, anEnd, aSuccess } from "../support/a-command.ts";
import { CLAIM, crash, newObject, submit, type TestObject, until } from "./support.ts";

const SOON = () => epochMs(Date.now() + 10_000);

function handleOf({ id }: TestObject): JobHandle {
  const job = findJob(env, id);
  if (job === null) throw new Error("The object's own id is known");
  return job;
}

/** How many watchers the object has now. */
async function watching(object: TestObject): Promise<number> {
  return runInDurableObject(object.stub, (_object, state) => state.getWebSockets().length);
}

const end = (object: TestObject) => object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

async function aRunningJob(): Promise<TestObject> {
  const object = newObject();
  await submit(object);
  await object.job.claim(CLAIM);
  return object;
}

describe("who waits for a job's end", () => {
  test("is told when it comes, though the object slept", async () => {
    const object = await aRunningJob();
    const waiting = snapshotAtEnd(handleOf(object), SOON());
    await until(async () => (await watching(object)) === 1);

    await evictDurableObject(object.stub);
    await end(object);

    expect(await waiting).toEqual(await object.job.snapshot());
  });

  test.each([
    {
      what: "a deploy closes the sockets",
      cut: (object: TestObject) => evictDurableObject(object.stub, { webSockets: "close" }),
    },
    { what: "the object crashes", cut: crash },
  ])("is told when $what meanwhile", async ({ cut }) => {
    const object = await aRunningJob();
    const waiting = snapshotAtEnd(handleOf(object), SOON());
    await until(async () => (await watching(object)) === 1);

    await cut(object);
    await until(async () => (await watching(object)) === 1);
    await end(object);

    expect((await waiting)?.status).toBe("succeeded");
  });

  test("is told at once where it has come already", async () => {
    const object = await aRunningJob();
    await end(object);

    expect((await snapshotAtEnd(handleOf(object), SOON()))?.status).toBe("succeeded");
    expect(await watching(object)).toBe(0);
  });

  test("sees the newest progress when patience is over", async () => {
    const object = await aRunningJob();
    const patience = epochMs(Date.now() + 300);
    const waiting = snapshotAtEnd(handleOf(object), patience);
    await until(async () => (await watching(object)) === 1);
    await object.job.progress(ONLY_STEP, CLAIM.token, aBatch());

    const seen = await waiting;

    expect(seen).toMatchObject({ status: "running", progress: { percent: 50, message: "half" } });
    expect(Date.now() - patience).toBeLessThan(5000);
    await until(async () => (await watching(object)) === 0);
  });

  test("gets what was seen last when the job cannot be reached", async () => {
    const object = await aRunningJob();
    const seen = await object.job.snapshot();
    const broken: JobHandle = {
      ...handleOf(object),
      open: async () => {
        throw new Error("No network");
      },
    };

    expect(seen && (await waitForEnd(broken, seen, SOON()))).toBe(seen);
  });

  test("is told that it could not be reached, where nothing was seen before", async () => {
    const object = await aRunningJob();
    const silent: JobHandle = {
      ...handleOf(object),
      open: () => new Promise(() => {}),
      call: () => new Promise(() => {}),
    };

    await expect(async () => snapshotAtEnd(silent, epochMs(Date.now() + 50))).rejects.toThrow(
      expect.objectContaining({ code: "overloaded" }),
    );
  });

  test("is not kept by an object that does not answer", async () => {
    const object = await aRunningJob();
    const seen = await object.job.snapshot();
    const silent: JobHandle = { ...handleOf(object), open: () => new Promise(() => {}) };
    const patience = epochMs(Date.now() + 100);

    expect(seen && (await waitForEnd(silent, seen, patience))).toBe(seen);
    expect(Date.now() - patience).toBeLessThan(5000);
  });
});

describe("who waits for a job to move on", () => {
  test("is told of any event, progress too", async () => {
    const object = await aRunningJob();
    const waiting = snapshotBeyond(handleOf(object), [3], SOON());
    await until(async () => (await watching(object)) === 1);

    await object.job.progress(ONLY_STEP, CLAIM.token, aBatch({ text: "" }));

    expect(await waiting).toMatchObject({ seq: 4, progress: { percent: 50 } });
  });

  test("is told at once when it has", async () => {
    const object = await aRunningJob();

    expect(await snapshotBeyond(handleOf(object), [1], SOON())).toMatchObject({ seq: 3 });
  });

  test("is told at once when what they know never was", async () => {
    const object = await aRunningJob();

    expect(await snapshotBeyond(handleOf(object), [77], SOON())).toMatchObject({ seq: 3 });
  });

  test("is told at once when they know none of its states", async () => {
    const object = await aRunningJob();

    expect(await snapshotBeyond(handleOf(object), [], SOON())).toMatchObject({ seq: 3 });
  });

  test("waits where they know several states, and this is one of them", async () => {
    const object = await aRunningJob();
    const waiting = snapshotBeyond(handleOf(object), [99, 3], SOON());
    await until(async () => (await watching(object)) === 1);

    await end(object);

    expect(await waiting).toMatchObject({ seq: 4 });
  });

  test("is told at once when it is over, and so will not move", async () => {
    const object = await aRunningJob();
    await end(object);

    expect(await snapshotBeyond(handleOf(object), [4], SOON())).toMatchObject({ seq: 4 });
  });

  test("hears nothing when it has not by then", async () => {
    const object = await aRunningJob();

    expect(await snapshotBeyond(handleOf(object), [3], epochMs(Date.now() + 50))).toBeNull();
  });
});

describe("who reads the events", () => {
  test("gets a long backlog page by page, and what happens meanwhile after it", async () => {
    const object = await aRunningJob();
    for (let number = 1; number <= 250; number += 1) {
      await object.job.progress(ONLY_STEP, CLAIM.token, aBatch({ number, progress: null }));
    }

    const pages: number[][] = [];
    for await (const page of watchEvents(handleOf(object), 0, { until: SOON() })) {
      pages.push(page.events.map(({ seq }) => seq));
      if (pages.length === 1) await end(object);
      if (page.final) break;
    }

    expect(pages.flat()).toEqual(Array.from({ length: 254 }, (_, index) => index + 1));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(100);
  });

  test("goes on where they were when the line breaks in the middle of a backlog", async () => {
    const object = await aRunningJob();
    for (let number = 1; number <= 250; number += 1) {
      await object.job.progress(ONLY_STEP, CLAIM.token, aBatch({ number, progress: null }));
    }
    await end(object);

    const seqs: number[] = [];
    for await (const page of watchEvents(handleOf(object), 0, { until: SOON() })) {
      seqs.push(...page.events.map(({ seq }) => seq));
      if (page.final) break;
      await evictDurableObject(object.stub, { webSockets: "close" });
    }

    expect(seqs).toEqual(Array.from({ length: 254 }, (_, index) => index + 1));
  });

  test("leaves no socket behind when they are gone", async () => {
    const object = await aRunningJob();
    const gone = new AbortController();
    const events = watchEvents(handleOf(object), 0, { until: null, signal: gone.signal });
    await events.next();
    const next = events.next();

    gone.abort();

    expect(await next).toEqual({ done: true, value: undefined });
    await until(async () => (await watching(object)) === 0);
  });
});

describe("nobody can watch", () => {
  test("a job that is watched by too many already", async () => {
    const object = await aRunningJob();
    await runInDurableObject(object.stub, (_object, state) => {
      const sockets = Array.from({ length: 10_000 });
      Object.defineProperty(state, "getWebSockets", { value: () => sockets, configurable: true });
    });

    await expect(async () => snapshotAtEnd(handleOf(object), SOON())).rejects.toThrow(
      expect.objectContaining({ code: "overloaded" }),
    );
  });

  test("a job that is not there", async () => {
    await expect(async () => snapshotAtEnd(handleOf(newObject()), SOON())).rejects.toThrow(
      expect.objectContaining({ code: "job_not_found" }),
    );
  });
});

test("who leaves while the line is being opened keeps no socket", async () => {
  const object = await aRunningJob();
  const gone = new AbortController();
  const events = watchEvents(handleOf(object), 0, { until: null, signal: gone.signal });
  const first = events.next();

  gone.abort();

  expect(await first).toEqual({ done: true, value: undefined });
  await until(async () => (await watching(object)) === 0);
});
