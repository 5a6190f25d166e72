import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ONLY_STEP, type Running } from "../../src/core/job/step.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import {
  alarmAt,
  CLAIM,
  newObject,
  repair,
  sabotage,
  setClock,
  stored,
  storedState,
  submit,
  until,
} from "./support.ts";

/** What the objects log while something is broken: wanted here, and not on the screen. */
let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const broken = () => {
  throw new Error("Broken on purpose");
};

describe("the document and its alarm", () => {
  test("commit together or not at all: a submission", async () => {
    const object = newObject();
    await sabotage(object, { storage: { setAlarm: broken } });

    await expect(submit(object)).rejects.toThrow("Broken on purpose");

    await repair(object, "setAlarm");
    expect(await stored(object)).toBeNull();
    expect(await alarmAt(object)).toBeNull();
    expect(await object.job.snapshot()).toBeNull();
  });

  test("commit together or not at all: a report", async () => {
    const object = newObject();
    await submit(object);
    await object.job.claim(CLAIM);
    const [before, armed] = [await stored(object), await alarmAt(object)];
    const { token } = (await storedState(object)) as Running;
    await sabotage(object, { storage: { setAlarm: broken } });

    const report = async () => object.job.report(ONLY_STEP, token, anEnd(aSuccess));
    await expect(report()).rejects.toThrow("Broken on purpose");

    await repair(object, "setAlarm");
    expect(await stored(object)).toEqual(before);
    expect(await alarmAt(object)).toBe(armed);
    // Nor does the object's memory run ahead of the disk: the same report is taken now.
    expect(await object.job.report(ONLY_STEP, token, anEnd(aSuccess))).toEqual({
      ok: true,
      value: null,
    });
  });
});

describe("an effect that fails", () => {
  test("a message that cannot be sent delays nobody, and is sent again by the alarm", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    const send = vi.fn(broken);
    await sabotage(object, { env: { RUNS: { send } } });

    const snapshot = await submit(object);
    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(snapshot.status).toBe("queued");
    expect(send.mock.calls).toEqual([
      [{ v: 1, job: object.id, step: "main", attempt: 1 }],
      [{ v: 1, job: object.id, step: "main", attempt: 1 }],
    ]);
    expect(await storedState(object)).toMatchObject({ status: "queued", sends: 2 });
  });

  test("a message whose sending hangs holds up neither the answer nor the alarm", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    const send = vi.fn(() => new Promise(() => {}));
    await sabotage(object, { env: { RUNS: { send } } });

    await submit(object);
    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(send).toHaveBeenCalledTimes(2);
  });

  test("a report that cannot be stored leaves the attempt to the next alarm", async () => {
    const object = newObject();
    const start = Date.now();
    await submit(object, { dispatch: "direct", command: "sleep" }, { payload: { ms: 30 } });
    await sabotage(object, { storage: { transactionSync: broken } });
    await until(() => logged.some((line) => line.includes("job.report_failed")));
    await repair(object, "transactionSync");

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({
      status: "backing_off",
      attempt: 2,
      error: { category: "lease_lost" },
    });
  });
});

describe("an alarm pass that fails", () => {
  test("never throws: it is counted on disk, and comes again ever less often", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    vi.spyOn(Math, "random").mockReturnValue(0);
    await submit(object);
    await spoil(object);

    const rests: number[] = [];
    for (let pass = 0; pass < 12; pass += 1) {
      await runDurableObjectAlarm(object.stub);
      rests.push(((await alarmAt(object)) ?? 0) - start);
      // An eviction in between: the count is on disk, not in memory.
      await evictDurableObject(object.stub);
    }

    expect(rests.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(rests.at(-1)).toBe(300_000);
    expect(await failures(object)).toBe(12);
  });

  test("that works again forgets its failures", async () => {
    const object = newObject();
    const start = Date.now();
    setClock(start);
    await submit(object);
    await spoil(object);
    await runDurableObjectAlarm(object.stub);
    await mend(object);
    await evictDurableObject(object.stub);

    setClock(start + 15_000);
    await runDurableObjectAlarm(object.stub);

    expect(await storedState(object)).toMatchObject({ sends: 2 });
    expect(await failures(object)).toBe(0);
  });

  test("throws only when not even the next alarm can be set: the platform tries again", async () => {
    const object = newObject();
    await submit(object);
    await sabotage(object, { storage: { transactionSync: broken, setAlarm: broken } });

    await expect(runDurableObjectAlarm(object.stub)).rejects.toThrow("Broken on purpose");
  });

  type Document = { alarmFailures: number; job: { steps: [{ state: unknown }] } };

  /** A state that this version does not know, as a rolled-back deploy would meet it. */
  async function spoil(object: ReturnType<typeof newObject>): Promise<void> {
    await rewrite(object, (document) => {
      document.job.steps[0].state = { inline: { status: "paused", attempt: 1 } };
    });
    await evictDurableObject(object.stub);
  }

  async function mend(object: ReturnType<typeof newObject>): Promise<void> {
    await rewrite(object, (document) => {
      document.job.steps[0].state = {
        inline: { status: "queued", attempt: 1, sends: 1, sendAgainAt: 0 },
      };
    });
  }

  async function rewrite(
    { stub }: ReturnType<typeof newObject>,
    change: (document: Document) => void,
  ): Promise<void> {
    await runInDurableObject(stub, (_object, { storage }) => {
      const document = storage.kv.get<Document>("job");
      if (document === undefined) throw new Error("No document");
      change(document);
      storage.kv.put("job", document);
    });
  }

  async function failures({ stub }: ReturnType<typeof newObject>): Promise<number | undefined> {
    return runInDurableObject(
      stub,
      (_object, { storage }) => storage.kv.get<Document>("job")?.alarmFailures,
    );
  }
});
