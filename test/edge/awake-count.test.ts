import { afterEach, describe, expect, test, vi } from "vitest";
import { awakeObjects } from "../../src/edge/awake-objects.ts";
import { after, type EpochMs, epochMs, seconds } from "../../src/lang/time.ts";
import { newKey } from "./keys.ts";
import { aReceiver, callbackTo, submitWith } from "./receivers.ts";
import { crash, newObject, setClock, submit, until } from "./support.ts";

/** A day of its own for each test: what woke in another one is long asleep. */
let start: EpochMs = epochMs(Date.now());

afterEach(() => {
  vi.restoreAllMocks();
  start = after(start, seconds(86_400));
});

const at = (elapsed: number) => after(start, seconds(elapsed));
const counts = (...elapsed: readonly number[]) =>
  elapsed.map((each) => awakeObjects.count(at(each)));

describe("what is counted as awake", () => {
  test("is a job until ten seconds after it was last asked for", async () => {
    const object = newObject();
    setClock(at(0));
    await submit(object);

    setClock(at(8));
    await object.job.snapshot();

    expect(counts(8, 18, 19)).toEqual([1, 1, 0]);
  });

  test("is a key until ten seconds after it was last asked for", async () => {
    const { key } = newKey();
    setClock(at(0));
    await key.findDedupe();

    setClock(at(8));
    await key.findDedupe();

    expect(counts(8, 18, 19)).toEqual([1, 1, 0]);
  });

  test("is a job as long as it runs an attempt itself, and ten seconds more", async () => {
    const object = newObject();
    setClock(at(0));
    await submit(object, { dispatch: "direct", command: "hang" });
    expect(counts(100)).toEqual([1]);

    setClock(at(100));
    await object.job.cancel("enough");

    await vi.waitFor(() => expect(awakeObjects.count(at(111))).toBe(0));
  });

  test("is a job as long as it tells an endpoint itself", async () => {
    const [object, receiver] = [newObject(), aReceiver()];
    await receiver.reacts({ instead: "silence" });
    setClock(at(0));
    await submitWith(object, callbackTo(receiver.url));

    await object.job.tellEndpoint(1);
    await until(async () => (await receiver.requests()).length > 0);

    expect(counts(0, 11)).toEqual([1, 1]);
    await crash(object);
  });
});
