import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { artifactPrefix } from "../../src/core/artifact/artifacts-of.ts";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import type { Outcome, Success } from "../../src/core/plugin/outcome.ts";
import { storeArtifact } from "../../src/edge/artifacts/artifact-store.ts";
import { artifactPlace, keepStream, storeOutcome } from "../../src/edge/artifacts/keep-artifact.ts";
import { epochMs } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";
import { endCallbackTo } from "./receivers.ts";
import {
  alarmAt,
  CLAIM,
  crash,
  newObject,
  repair,
  sabotage,
  setClock,
  submit,
  type TestObject,
  until,
} from "./support.ts";
import { anUpload, aSlowStream, text } from "./uploads.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/** A claimed job, and the place where its attempt keeps things, as a consumer has it. */
async function aWorkingJob(bucket: R2Bucket = env.ARTIFACTS) {
  const object = newObject();
  await submit(object);
  await object.job.claim(CLAIM);
  const place = artifactPlace(
    bucket,
    { job: object.id, token: CLAIM.token },
    {
      expectArtifact: (...args) => object.job.expectArtifact(...args),
      keepArtifact: (...args) => object.job.keepArtifact(...args),
    },
  );
  return { object, place };
}

const about = { name: "hello.txt", contentType: "text/plain" };

const given = (content: string, name = about.name): Outcome => ({
  ...(aSuccess as Success),
  artifacts: [{ ...about, name, content: new TextEncoder().encode(content) }],
});

async function storedBy({ id }: TestObject): Promise<number> {
  const { objects } = await env.ARTIFACTS.list({ prefix: artifactPrefix({ id }) });
  return objects.length;
}

const end = (object: TestObject, kept: Awaited<ReturnType<typeof storeOutcome>>) =>
  object.job.report(ONLY_STEP, CLAIM.token, { ...kept, batches: [] });

/** A store that fails in one way, and is the real one otherwise. */
function failing(method: keyof R2Bucket): R2Bucket {
  return storeWith(method, () => Promise.reject(new Error("The store is away")));
}

/** The store with another method in place of one of its own. */
function storeWith(method: keyof R2Bucket, other: (...args: never[]) => unknown): R2Bucket {
  return new Proxy(env.ARTIFACTS, {
    get(target, name) {
      if (name === method) return other;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe("what an attempt keeps", () => {
  test("is there at once, whatever becomes of the object", async () => {
    const { object, place } = await aWorkingJob();

    const kept = await keepStream(place, about, text("hello"));
    await crash(object);

    expect(kept).toMatchObject({ ok: true, value: { bytes: 5, sha256: HELLO } });
    expect(await object.job.artifacts()).toMatchObject([{ name: "hello.txt", sha256: HELLO }]);
    expect(await object.job.snapshot()).toMatchObject({
      status: "running",
      artifacts: [{ name: "hello.txt", bytes: 5, content_type: "text/plain" }],
    });
  });

  test("that comes with the answer is the job's with its success, and once", async () => {
    const { object, place } = await aWorkingJob();
    const kept = await storeOutcome(place, given("hello"));
    expect(await object.job.artifacts()).toEqual([]);

    const first = await end(object, kept);
    const again = await end(object, kept);

    expect([first.ok, again.ok]).toEqual([true, false]);
    expect(await object.job.artifacts()).toHaveLength(1);
    expect(await storedBy(object)).toBe(1);
  });

  test("that comes with an answer that nobody takes is removed again", async () => {
    const { object, place } = await aWorkingJob();
    const kept = await storeOutcome(place, given("hello"));
    await object.job.cancel("enough");

    await end(object, kept);

    await until(async () => (await storedBy(object)) === 0);
    expect(await object.job.artifacts()).toEqual([]);
  });

  test("that comes with a completion is removed again where that is refused", async () => {
    const { object, place } = await aWorkingJob();
    await keepStream(place, about, text("hello"));

    const refused = await object.job.complete(CLAIM.token, given("bye"));

    expect(refused).toEqual({ ok: false, reason: { code: "artifact_exists", status: "running" } });
    expect(await storedBy(object)).toBe(1);
    expect(await object.job.complete(CLAIM.token, given("hello"))).toMatchObject({ ok: true });
    await until(async () => (await storedBy(object)) === 1);
  });

  test("twice by one name, with the same bytes, is one; with others it is refused and removed", async () => {
    const { object, place } = await aWorkingJob();
    await keepStream(place, about, text("hello"));

    const same = await keepStream(place, about, text("hello"));
    const other = await keepStream(place, about, text("bye"));

    expect(same.ok).toBe(true);
    expect(other).toMatchObject({ ok: false, reason: { code: "artifact_exists" } });
    expect(await object.job.artifacts()).toMatchObject([{ sha256: HELLO }]);
    expect(await storedBy(object)).toBe(1);
  });

  test("is refused once the attempt is over, before anything is stored", async () => {
    const { object, place } = await aWorkingJob();
    await object.job.cancel("enough");

    expect(await keepStream(place, about, text("hello"))).toMatchObject({
      ok: false,
      reason: { code: "stale_attempt" },
    });
    expect(await storedBy(object)).toBe(0);
  });

  test("that cannot be stored fails the attempt, to be tried again", async () => {
    const { object, place } = await aWorkingJob(failing("put"));

    const kept = await storeOutcome(place, given("hello"));
    await end(object, kept);

    expect(kept.outcome).toMatchObject({ kind: "failure", reason: "transport", retryable: true });
    expect(await object.job.snapshot()).toMatchObject({ waits_for: "retry", artifacts: [] });
  });

  test("is a result that is too long for a callback as well", async () => {
    const { object, place } = await aWorkingJob();
    const result = { text: "é".repeat(140_000), output: null };

    await end(object, await storeOutcome(place, { ...(aSuccess as Success), result }));

    const snapshot = await object.job.snapshot();
    expect(snapshot?.result).toMatchObject({ ...result, artifacts: [{ name: "_result.json" }] });
  });

  test("costs a job that keeps nothing nothing", async () => {
    const bucket = new Proxy(env.ARTIFACTS, {
      get: () => () => {
        throw new Error("Nobody asked for the store");
      },
    });
    const { object, place } = await aWorkingJob(bucket);

    await end(object, await storeOutcome(place, aSuccess));

    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded" });
  });
});

/** The stream, and a few bytes more when it has ended. */
function twice(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const more = new TransformStream<Uint8Array, Uint8Array>({
    flush: (controller) => controller.enqueue(new Uint8Array(3)),
  });
  return stream.pipeThrough(more);
}

describe("an upload of a job", () => {
  test("that nobody wants any more ends there, and leaves nothing behind", async () => {
    const { object, place } = await aWorkingJob();
    const start = Date.now();
    setClock(start);
    const slow = aSlowStream();
    const keeping = keepStream(place, about, twice(slow.stream));
    await slow.isRead;
    await object.job.cancel("enough");
    setClock(start + 31_000);
    slow.end();

    expect(await keeping).toMatchObject({ ok: false, reason: { code: "stale_attempt" } });
    expect(await storedBy(object)).toBe(0);
  });
});

describe("a job that is removed", () => {
  const DAY_MS = 86_400_000;
  const remove = async (object: TestObject, days: number) => {
    setClock(Date.now() + days * DAY_MS);
    await runDurableObjectAlarm(object.stub).catch(() => {});
  };

  test("takes along what it kept, and what it never heard of", async () => {
    const { object, place } = await aWorkingJob();
    await keepStream(place, about, text("hello"));
    // The upload was done, and then the crash came.
    await storeArtifact(anUpload(`${artifactPrefix(object)}left-behind`), text("bye"));
    await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));
    expect(await storedBy(object)).toBe(2);

    await remove(object, 31);

    expect([await storedBy(object), await object.job.snapshot()]).toEqual([0, null]);
  });

  test("takes along what was stored for an upload that never ended", async () => {
    const { object, place } = await aWorkingJob();
    await place.expect("film.mp4");
    await storeArtifact(anUpload(`${artifactPrefix(object)}half`), text("frames"));
    await evictDurableObject(object.stub);
    await object.job.cancel("enough");

    await remove(object, 31);

    expect([await storedBy(object), await object.job.snapshot()]).toEqual([0, null]);
  });

  test("is there still where even that fails, and is removed later", async () => {
    const object = newObject();
    await submit(object);
    await object.job.cancel("enough");
    await sabotage(object, { storage: { deleteAll: () => Promise.reject(new Error("away")) } });

    await remove(object, 31);
    expect(await object.job.snapshot()).toMatchObject({ status: "cancelled" });
    expect(await alarmAt(object)).not.toBeNull();
    await repair(object, "deleteAll");

    await remove(object, 32);
    expect(await object.job.snapshot()).toBeNull();
  });

  test("is gone at once for whoever comes while it is removed", async () => {
    const { object, place } = await aWorkingJob();
    await keepStream(place, about, text("hello"));
    await object.job.cancel("enough");
    const callback = endCallbackTo("https://receiver.example.com/");
    let isRemoving = false;
    const slow = storeWith("list", async (options: R2ListOptions) => {
      isRemoving = true;
      await scheduler.wait(20);
      return env.ARTIFACTS.list(options);
    });
    await sabotage(object, { env: { ARTIFACTS: slow } });

    const removing = remove(object, 31);
    await until(() => isRemoving);
    const [attached, resent, snapshot] = await Promise.all([
      object.job.attach([callback]),
      object.job.resend("any"),
      object.job.snapshot(),
    ]);
    await removing;

    expect([attached, resent]).toEqual(
      [1, 2].map(() => ({ ok: false, reason: { code: "job_not_found" } })),
    );
    expect([snapshot, await object.job.snapshot(), await alarmAt(object)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("is there as it was where its artifacts cannot be removed, and is removed later", async () => {
    const { object, place } = await aWorkingJob();
    await keepStream(place, about, text("hello"));
    await object.job.cancel("enough");
    await sabotage(object, { env: { ARTIFACTS: failing("list") } });

    await remove(object, 31);
    expect(await object.job.snapshot()).toMatchObject({ status: "cancelled" });
    await sabotage(object, { env: {} });

    await remove(object, 32);
    expect([await object.job.snapshot(), await storedBy(object)]).toEqual([null, 0]);
  });

  test("asks the store for nothing where it never kept anything", async () => {
    const asked = vi.fn();
    const object = newObject();
    await sabotage(object, { env: { ARTIFACTS: storeWith("list", asked) } });
    await object.job.submit(
      aSubmission({ id: object.id, plan: aPlan({ dispatch: "direct" }) }),
      epochMs(Number.MAX_SAFE_INTEGER),
    );

    await remove(object, 31);

    expect(await object.job.snapshot()).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });
});
