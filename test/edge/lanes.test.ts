import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { StepPlan } from "../../src/core/job/step.ts";
import { laneOf } from "../../src/edge/lane/lane-client.ts";
import type { LaneObject } from "../../src/edge/lane/lane-object.ts";
import { seconds } from "../../src/lang/time.ts";
import { anEnd } from "../support/a-command.ts";
import {
  crash,
  deliver,
  messageFor,
  newObject,
  submit,
  type TestObject,
  until,
} from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const stateful = { concurrency: null, isStateful: true };
const remember: Partial<StepPlan> = { command: "remember", dispatch: "direct", lane: stateful };

/** Lanes are by plugin, and what `remember` remembers is the lab's: so every test has keys of its own. */
let count = 0;
function aKey(): string {
  count += 1;
  return `${Date.now()}-${count}`;
}

const laneStub = () => env.LANES.get(env.LANES.idFromName("lab")) as DurableObjectStub<LaneObject>;
const state = () => laneOf(env, "lab").call((lane) => lane.state());
const snapshotOf = async ({ job }: TestObject) => await job.snapshot();
const ended = async (object: TestObject) => (await snapshotOf(object))?.finished_at !== null;

/** When each attempt had its slot, by the job's own word. */
async function spanOf(object: TestObject): Promise<readonly [string, string]> {
  const { started_at: from, finished_at: to } = (await snapshotOf(object)) ?? {};
  return [from ?? "", to ?? ""];
}

describe("jobs that change their plugin's state", () => {
  test("lose no update, however many run in parallel, and run one at a time", async () => {
    const keys = Array.from({ length: 50 }, aKey);
    const objects = keys.map(() => newObject());

    await Promise.all(
      objects.map((object, index) =>
        submit(object, remember, { payload: { updates: { [keys[index] ?? ""]: index } } }),
      ),
    );
    for (const object of objects) await until(() => ended(object));

    const snapshots = await Promise.all(objects.map(snapshotOf));
    expect(new Set(snapshots.map((snapshot) => snapshot?.status))).toEqual(new Set(["succeeded"]));
    await until(async () => {
      const kept = await state();
      return keys.every((key) => kept[key] !== undefined);
    });
    const kept = await state();
    expect(keys.map((key) => kept[key])).toEqual(keys.map((_, index) => index));
    // Each was given what those before it had left: no two of them saw the same.
    const seen = snapshots.map((snapshot) => {
      const given = snapshot?.result?.output as { readonly [key: string]: unknown };
      return keys.filter((key) => given[key] !== undefined).length;
    });
    expect(seen.toSorted((left, right) => left - right)).toEqual(keys.map((_, index) => index));
    const spans = await Promise.all(objects.map(spanOf));
    const inOrder = spans.toSorted(([left], [right]) => left.localeCompare(right));
    for (const [index, [from]] of inOrder.entries()) {
      expect(from >= (inOrder[index - 1]?.[1] ?? "")).toBe(true);
    }
  });

  test("keep nothing of an attempt that failed, and everything of one that succeeded", async () => {
    const key = aKey();
    const object = newObject();
    const plan = { ...remember, dispatch: "queue" } as const;
    await submit(object, plan, { payload: { updates: { [key]: 1 } } });
    await until(async () => (await snapshotOf(object))?.waits_for === "start");

    const claim = { step: messageFor(object).step, attempt: 1, token: "first" as never };
    const claimed = await object.job.claim(claim);
    expect(claimed.ok).toBe(true);
    const late = anEnd(updating(key, 2));
    await object.job.cancel("enough");

    expect(await object.job.report(claim.step, claim.token, late)).toMatchObject({ ok: false });
    expect((await state())[key]).toBeUndefined();
    const again = newObject();
    await submit(again, remember, { payload: { updates: { [key]: 3 } } });
    await until(() => ended(again));
    await until(async () => (await state())[key] === 3);
  });

  test.each(["evict", "crash"] as const)(
    "keep their updates when the job's object is gone before the lane has them (%s)",
    async (how) => {
      const key = aKey();
      const object = newObject();
      const plan = { ...remember, dispatch: "queue" } as const;
      await submit(object, plan, { payload: { updates: {} } });
      await until(async () => (await snapshotOf(object))?.waits_for === "start");
      const claim = { step: messageFor(object).step, attempt: 1, token: "first" as never };
      await object.job.claim(claim);

      // What the lane is told gets lost.
      const leave = vi.spyOn(env.LANES, "get").mockImplementation(() => {
        throw new Error("The lane is away");
      });
      await object.job.report(claim.step, claim.token, anEnd(updating(key, 7)));
      await (how === "evict" ? evictDurableObject(object.stub) : crash(object));
      leave.mockRestore();
      expect((await state())[key]).toBeUndefined();

      vi.spyOn(Date, "now").mockReturnValue(Date.now() + seconds(120));
      await runDurableObjectAlarm(laneStub());

      await until(async () => (await state())[key] === 7);
      await runDurableObjectAlarm(laneStub());
      expect((await state())[key]).toBe(7);
    },
  );
});

describe("a lane of one slot", () => {
  const lane = { concurrency: 1, isStateful: false };
  const plan: Partial<StepPlan> = { plugin: "lab", command: "work", dispatch: "queue", lane };

  test("hands the slot on when its job is cancelled, ends or is never heard of again", async () => {
    const [first, second, third] = [newObject(), newObject(), newObject()];
    const waitsFor = async (object: TestObject) => (await snapshotOf(object))?.waits_for;
    await submit(first, plan, { payload: { ms: 1 } });
    await until(async () => (await waitsFor(first)) === "start");
    await submit(second, plan, { payload: { ms: 1 } });
    await submit(third, plan, { payload: { ms: 1 } });
    await until(async () => (await waitsFor(third)) === "slot");
    expect(await waitsFor(second)).toBe("slot");

    await first.job.cancel("enough");
    await until(async () => (await waitsFor(second)) === "start");
    expect(await waitsFor(third)).toBe("slot");

    await deliver([messageFor(second)], "consumer");
    expect(await snapshotOf(second)).toMatchObject({ status: "succeeded" });
    await until(async () => (await waitsFor(third)) === "start");

    await deliver([messageFor(third)], "object");
    await until(() => ended(third));
    expect(await snapshotOf(third)).toMatchObject({ status: "succeeded" });
  });
});

function updating(key: string, value: number) {
  return {
    kind: "success",
    result: { text: "done", output: null },
    stateUpdates: { updates: { [key]: value }, replace: false },
    artifacts: [],
    logs: [],
  } as const;
}
