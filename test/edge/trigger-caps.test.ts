import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { awakeObjects } from "../../src/edge/awake-objects.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { enterTrigger, refuseWithoutRoom } from "../../src/http/trigger-caps.ts";
import { after, type EpochMs, epochMs, seconds } from "../../src/lang/time.ts";

/** A day of its own for each test: what woke in another one is long asleep. */
let now: EpochMs = epochMs(Date.now());
const leaving: (() => void)[] = [];

afterEach(() => {
  for (const leave of leaving.splice(0)) leave();
  now = after(now, seconds(86_400));
});

type Caps = { readonly HOLDLINE_TRIGGERS_MAX?: string; readonly HOLDLINE_OBJECTS_MAX?: string };

function callWith(caps: Caps, receivedAt: EpochMs = now) {
  return { env: { ...(env as unknown as GatewayEnv), ...caps }, receivedAt };
}

/** `taken`, or why not. */
async function trigger(caps: Caps, receivedAt?: EpochMs): Promise<string> {
  const entered = await enterTrigger(callWith(caps, receivedAt));
  if (!entered.ok) {
    expect(entered.reason).toMatchObject({ code: "overloaded", headers: { "retry-after": "1" } });
    return entered.reason.detail;
  }
  leaving.push(entered.value);
  return "taken";
}

const TOO_MANY = "More triggers have come than can be taken on at once: nothing was started";
const NO_ROOM = "More jobs are awake than this machine has files for: nothing was done";
const BEHIND = "It is behind with its work: nothing was started";

/** As much as nobody has to be asked about for. */
const AT_EASE = 32;

describe("a trigger", () => {
  test("is refused while as many are underway as may be, and taken when one is done", async () => {
    const caps = { HOLDLINE_TRIGGERS_MAX: "2" };

    expect([await trigger(caps), await trigger(caps)]).toEqual(["taken", "taken"]);
    expect(await trigger(caps)).toBe(TOO_MANY);
    leaving.shift()?.();
    expect([await trigger(caps), await trigger(caps)]).toEqual(["taken", TOO_MANY]);
  });

  test("counts for half a minute: then it waits for its plugin", async () => {
    const caps = { HOLDLINE_TRIGGERS_MAX: "1" };
    await trigger(caps);

    const later = (ms: number) => epochMs(now + ms);
    expect(await trigger(caps, later(29_999))).toBe(TOO_MANY);
    expect(await trigger(caps, later(30_000))).toBe("taken");
  });

  test("is refused when four fifths of the objects are awake, and whoever asks when all are", async () => {
    const caps = { HOLDLINE_OBJECTS_MAX: "10" };
    const outcomes: (readonly [string, string])[] = [];
    for (let woken = 7; woken <= 10; woken += 1) {
      while (awakeObjects.count(now) < woken) awakeObjects.wake(now);
      const asked = refuseWithoutRoom(callWith(caps));
      outcomes.push([await trigger(caps), asked?.detail ?? "taken"]);
    }

    expect(outcomes).toEqual([
      ["taken", "taken"],
      [NO_ROOM, "taken"],
      [NO_ROOM, "taken"],
      [NO_ROOM, NO_ROOM],
    ]);
  });

  test("is refused when many are underway and the isolate is behind", async () => {
    for (let count = 0; count < AT_EASE; count += 1) await trigger({});

    const behind = trigger({});
    blockFor(600);

    expect(await behind).toBe(BEHIND);
    expect(await trigger({})).toBe("taken");
  });

  test("is not asked to wait its turn when few are underway", async () => {
    for (let count = 1; count < AT_EASE; count += 1) await trigger({});

    const taken = trigger({});
    blockFor(600);

    expect(await taken).toBe("taken");
  });
});

/** Work that lets nobody else have a turn. */
function blockFor(ms: number): void {
  const until = Date.now() + ms;
  while (Date.now() < until);
}
