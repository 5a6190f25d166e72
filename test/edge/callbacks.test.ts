import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { findJob, type JobHandle } from "../../src/edge/job/job-client.ts";
import { watchEvents } from "../../src/edge/watch/watch-job.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import {
  aReceiver,
  callbackMessage,
  callbackTo,
  deliverCallbacks,
  endCallbackTo,
  ledgerOf,
  submitWith,
} from "./receivers.ts";
import {
  alarmAt,
  CLAIM,
  crash,
  newObject,
  sabotage,
  setClock,
  stored,
  type TestObject,
  until,
} from "./support.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

function handleOf({ id }: TestObject): JobHandle {
  const job = findJob(env, id);
  if (job === null) throw new Error("The id is not one of ours");
  return job;
}

const report = (object: TestObject) => object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

const statesOf = async (receiver: ReturnType<typeof aReceiver>) =>
  (await receiver.arrivals()).map(({ body }) => body["state"]);

const rowsOf = async (object: TestObject) =>
  (await ledgerOf(object)).map(({ job_state, state, attempts }) => [job_state, state, attempts]);

/** The same promises wherever a callback is sent from (design, section 4). */
describe.each(["consumer", "object"] as const)("with callbacks sent by the %s", (runner) => {
  const bring = async (object: TestObject, endpoint = 1) => {
    const settled = await deliverCallbacks([callbackMessage(object, endpoint)], runner);
    return settled;
  };
  const idle = (object: TestObject) =>
    until(async () => (await ledgerOf(object)).every(({ state }) => state !== "pending"));

  test("one message tells an endpoint all that it is owed, in order", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await submitWith(object, callbackTo(receiver.url));
    await object.job.claim(CLAIM);
    await report(object);

    expect(await bring(object)).toEqual({ acked: ["m0"], retried: [] });
    await idle(object);

    expect(await statesOf(receiver)).toEqual(["queued", "loading", "working", "done"]);
    expect(await rowsOf(object)).toEqual([
      ["queued", "delivered", 1],
      ["loading", "delivered", 1],
      ["working", "delivered", 1],
      ["done", "delivered", 1],
    ]);
  });

  test("a doubled message tells nothing twice, and two endpoints do not wait for each other", async () => {
    const [object, one, other] = [newObject(), aReceiver(), aReceiver()];
    await one.reacts({ instead: "silence" });
    await submitWith(object, callbackTo(one.url), callbackTo(other.url));

    const messages = [1, 1, 2, 2].map((endpoint) => callbackMessage(object, endpoint));
    const delivering = deliverCallbacks(messages, runner);
    await until(async () => (await ledgerOf(object))[1]?.state === "delivered");

    // The other one hangs, until its ten seconds are over.
    expect((await ledgerOf(object))[0]).toMatchObject({ endpoint: one.url, state: "pending" });
    expect([(await statesOf(one)).length, (await statesOf(other)).length]).toEqual([1, 1]);
    await delivering;
  });

  test("a message that got lost is sent again by the alarm", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    const start = Date.now();
    setClock(start);
    await submitWith(object, endCallbackTo(receiver.url));
    await object.job.cancel("enough");
    expect(await alarmAt(object)).toBe(start + 15_000);

    const sent: unknown[] = [];
    await evictDurableObject(object.stub);
    await sabotage(object, {
      env: { CALLBACKS: { send: async (message: unknown) => void sent.push(message) } },
    });
    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    await until(() => sent.length > 0);
    expect(sent).toEqual([callbackMessage(object)]);
    await bring(object);
    await until(async () => (await receiver.arrivals()).length === 1);
    await idle(object);
  });

  test("an attempt that failed rests, and the alarm brings the next one", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await receiver.reacts({ status: 500 });
    const start = Date.now();
    setClock(start);
    await submitWith(object, endCallbackTo(receiver.url));
    await object.job.cancel("enough");
    await bring(object);
    await until(async () => (await ledgerOf(object))[0]?.attempts === 1);

    const [row] = await ledgerOf(object);
    expect(row).toMatchObject({ state: "pending", last_status: 500, response: "answered 500" });
    expect(Date.parse(row?.next_attempt_at ?? "")).toBe(await alarmAt(object));
    // A message that comes early finds nothing to do.
    await bring(object);
    expect(await receiver.arrivals()).toHaveLength(1);

    setClock(start + 20_000);
    await runDurableObjectAlarm(object.stub);
    await bring(object);
    await idle(object);
    const [first, second] = await receiver.arrivals();
    expect(second?.text).toBe(first?.text);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.headers["webhook-timestamp"]).not.toBe(first?.headers["webhook-timestamp"]);
  });

  test("a job that is over stays until everybody has been told, or given up on", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await receiver.reacts({ status: 500 }, { status: 500 });
    const start = Date.now();
    setClock(start);
    await submitWith(object, endCallbackTo(receiver.url));
    await object.job.cancel("enough");
    await bring(object);
    await until(async () => (await ledgerOf(object))[0]?.attempts === 1);

    const later = start + 31 * 86_400_000;
    setClock(later);
    await runDurableObjectAlarm(object.stub);
    expect(await object.job.snapshot()).not.toBeNull();
    await bring(object);
    await idle(object);
    expect(await rowsOf(object)).toEqual([[null, "failed", 2]]);

    await runDurableObjectAlarm(object.stub).catch(() => {});
    expect(await object.job.snapshot()).toBeNull();
  });
});

describe("whoever watches a job", () => {
  test("hears nothing after its final event, though the same commit gives a callback up", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await receiver.reacts({ status: 410 });
    await submitWith(object, callbackTo(receiver.url));
    await object.job.claim(CLAIM);
    await deliverCallbacks([callbackMessage(object)]);
    const live = watchEvents(handleOf(object), 0, { until: null });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { events, final } of live) {
        seen.push(...events.map(({ type }) => type));
        if (final) return;
      }
    })();
    await until(() => seen.length > 0);

    await report(object);
    await watching;

    expect(seen.at(-1)).toBe("job.succeeded");
    const page = await object.job.events(0, 100);
    expect(page?.events.at(-1)).toMatchObject({ type: "callback.failed" });
  });
});

describe("what comes between", () => {
  test.each(["evict", "crash"] as const)(
    "an object's %s costs no delivery, and no order",
    async (how) => {
      const [object, receiver] = [newObject(), aReceiver()];
      const down = async () => (how === "evict" ? evictDurableObject(object.stub) : crash(object));
      await submitWith(object, callbackTo(receiver.url));
      await down();
      await object.job.claim(CLAIM);
      await down();
      await deliverCallbacks([callbackMessage(object)]);
      await down();
      await report(object);
      await down();
      await deliverCallbacks([callbackMessage(object)]);
      await down();

      expect(await statesOf(receiver)).toEqual(["queued", "loading", "working", "done"]);
      expect((await rowsOf(object)).map(([, state]) => state)).toEqual(Array(4).fill("delivered"));
    },
  );

  test("word of a delivery that comes twice, or late, changes nothing", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await submitWith(object, callbackTo(receiver.url));
    await object.job.claim(CLAIM);
    const claimed = await object.job.claimDelivery(1);
    const note = {
      endpoint: 1,
      seq: claimed?.seq ?? 0,
      attempt: 1,
      verdict: { kind: "delivered" },
      last: { at: 0, durationMs: 1, status: 200, error: null, response: null },
    } as never;

    const next = await object.job.noteDelivery(note, true);
    const again = await object.job.noteDelivery(note, true);

    expect([next?.seq, again]).toEqual([2, null]);
    expect((await rowsOf(object)).map(([, state]) => state)).toEqual([
      "delivered",
      "pending",
      "pending",
    ]);
  });

  test("who claims a delivery has it alone, until it would be over", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submitWith(object, callbackTo(aReceiver().url));

    const first = await object.job.claimDelivery(1);
    const second = await object.job.claimDelivery(1);
    setClock(start + 14_001);
    const third = await object.job.claimDelivery(1);

    expect([first?.attempt, second, third?.attempt]).toEqual([1, null, 1]);
    expect({ ...third, attempt: 1 }).toEqual(first);
  });

  test("a queue that takes nothing neither fails the job nor loses the delivery", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await sabotage(object, {
      env: { CALLBACKS: { send: () => Promise.reject(new Error("full")) } },
    });
    await submitWith(object, endCallbackTo(receiver.url));
    await object.job.claim(CLAIM);

    expect(await report(object)).toEqual({ ok: true, value: null });
    expect(await object.job.snapshot()).toMatchObject({ status: "succeeded" });
    await deliverCallbacks([callbackMessage(object)]);
    expect(await receiver.arrivals()).toHaveLength(1);
  });

  test("a log that has been put away is read for what is owed still", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await submitWith(object, callbackTo(receiver.url));
    await object.job.claim(CLAIM);
    for (let number = 1; number <= 80; number += 1) {
      const batch = { from: "runner", number, progress: null, text: `piece ${number} ` } as const;
      await object.job.progress(ONLY_STEP, CLAIM.token, batch);
    }
    await report(object);
    await evictDurableObject(object.stub);
    expect((await stored(object))?.events[0].seq).toBeGreaterThan(50);

    await deliverCallbacks([callbackMessage(object)]);

    const came = await receiver.arrivals();
    expect(came.map(({ body }) => [body["state"], body["seq"]])).toEqual([
      ["queued", 1],
      ["loading", 2],
      ["working", 3],
      ["done", 84],
    ]);
  });

  test("messages about nothing are settled, and cost nobody else", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await submitWith(object, callbackTo(receiver.url));

    const settled = await deliverCallbacks([
      "nonsense",
      { v: 1, job: "made-up", endpoint: 1 },
      callbackMessage(newObject()),
      callbackMessage(object, 7),
      callbackMessage(object),
    ]);

    expect(settled).toEqual({ acked: ["m0", "m1", "m2", "m3", "m4"], retried: [] });
    expect(await statesOf(receiver)).toEqual(["queued"]);
  });
});
