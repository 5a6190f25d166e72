import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { failedBy, type Verdict } from "../../src/core/callback/verdict.ts";
import type { EndpointObject } from "../../src/edge/callbacks/endpoint-object.ts";
import { hearOfDelivery, isSwitchedOff } from "../../src/edge/callbacks/endpoint-switch.ts";
import { sha256Hex } from "../../src/edge/sha256.ts";
import { setClock } from "./support.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-11-21T12:00:00Z");
const FAILED: Verdict = failedBy("http_status");
const DELIVERED: Verdict = { kind: "delivered" };
const GONE: Verdict = { kind: "gone" };

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  setClock(START);
});

afterEach(() => {
  vi.restoreAllMocks();
});

let count = 0;
const aReceiver = () => {
  count += 1;
  return { url: `https://receiver-${count}.example.com/${crypto.randomUUID()}`, secret: null };
};

/** Hours after the start. */
const at = (hours: number) => setClock(START + hours * 3_600_000);

describe("an endpoint", () => {
  test("that fails for five days is sent nothing more; one day less, and it is", async () => {
    const url = aReceiver();
    for (let hours = 0; hours < 120; hours += 6) {
      at(hours);
      await hearOfDelivery(env, url, FAILED);
    }
    at(119);
    expect(await isSwitchedOff(env, url)).toBe(false);

    at(120);
    await hearOfDelivery(env, url, FAILED);

    expect(await isSwitchedOff(env, url)).toBe(true);
  });

  test("that succeeds in between begins anew", async () => {
    const url = aReceiver();
    await hearOfDelivery(env, url, FAILED);
    for (let hours = 6; hours <= 126; hours += 6) {
      at(hours);
      await isSwitchedOff(env, url);
      await hearOfDelivery(env, url, hours === 60 ? DELIVERED : FAILED);
    }

    expect(await isSwitchedOff(env, url)).toBe(false);
  });

  test("that is gone is off at once, for every isolate, until a delivery arrives there", async () => {
    const [url, other] = [aReceiver(), aReceiver()];
    await hearOfDelivery(env, url, GONE);

    expect([await isSwitchedOff(env, url), await isSwitchedOff(env, other)]).toEqual([true, false]);
    at(1);
    expect(await isSwitchedOff(env, url)).toBe(true);
    await hearOfDelivery(env, url, DELIVERED);
    expect(await isSwitchedOff(env, url)).toBe(false);
  });

  test("that is asked by hand is on again, also where this isolate has not heard that it was off", async () => {
    const url = aReceiver();
    const hash = await sha256Hex(JSON.stringify([url.url, url.secret]));
    await isSwitchedOff(env, url);
    const shard = env.ENDPOINTS.getByName(hash.slice(0, 1)) as unknown as EndpointObject;
    await shard.failed(hash, true);

    await hearOfDelivery(env, url, DELIVERED);
    expect(await shard.look(hash)).not.toBeNull();
    await hearOfDelivery(env, { ...url, isResent: true }, DELIVERED);

    expect(await shard.look(hash)).toBeNull();
  });

  test("has nothing held against it that was our own fault", async () => {
    const url = aReceiver();
    for (let hours = 0; hours <= 240; hours += 12) {
      at(hours);
      await hearOfDelivery(env, url, failedBy("no_secret"));
      await hearOfDelivery(env, url, failedBy("url_not_allowed"));
    }

    expect(await isSwitchedOff(env, url)).toBe(false);
  });

  test("that is well costs one look a minute, and nothing for its successes", async () => {
    const url = aReceiver();
    const asked = vi.spyOn(env.ENDPOINTS, "getByName");
    for (let seconds = 0; seconds < 120; seconds += 10) {
      setClock(START + seconds * 1000);
      await isSwitchedOff(env, url);
      await hearOfDelivery(env, url, DELIVERED);
    }

    expect(asked).toHaveBeenCalledTimes(2);
  });

  test("whose switch cannot be asked is told all the same", async () => {
    const url = aReceiver();
    vi.spyOn(env.ENDPOINTS, "getByName").mockImplementation(() => {
      throw new Error("The switch is away");
    });

    expect(await isSwitchedOff(env, url)).toBe(false);
    await expect(hearOfDelivery(env, url, GONE)).resolves.toBeUndefined();
  });

  test("that nobody has heard of for a month is forgotten", async () => {
    const url = aReceiver();
    const hash = await sha256Hex(JSON.stringify([url.url, url.secret]));
    await hearOfDelivery(env, url, GONE);
    const stub = env.ENDPOINTS.getByName(hash.slice(0, 1));
    const isKnown = () =>
      runInDurableObject(
        stub,
        (_object, { storage }) => storage.kv.get(`endpoint:${hash}`) !== undefined,
      );
    setClock(START + 29 * DAY_MS);
    await runDurableObjectAlarm(stub);
    expect(await isKnown()).toBe(true);

    setClock(START + 30 * DAY_MS);
    await runDurableObjectAlarm(stub);

    expect(await isKnown()).toBe(false);
  });
});
