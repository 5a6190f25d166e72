import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { awakeObjects } from "../../src/edge/awake-objects.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { createApp } from "../../src/http/app.ts";
import { enterTrigger, refuseWithoutRoom } from "../../src/http/trigger-caps.ts";
import { after, type EpochMs, epochMs, seconds } from "../../src/lang/time.ts";

/** A day of its own for each test: what woke in another one is long asleep. */
let now: EpochMs = epochMs(Date.now());
const leaving: (() => void)[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const leave of leaving.splice(0)) leave();
  now = after(now, seconds(86_400));
});

type Caps = { readonly HOLDLINE_TRIGGERS_MAX?: string; readonly HOLDLINE_OBJECTS_MAX?: string };

function callWith(caps: Caps, receivedAt: EpochMs = now) {
  return { env: { ...(env as unknown as GatewayEnv), ...caps }, receivedAt };
}

/** `taken`, or why not. */
function trigger(caps: Caps, receivedAt?: EpochMs): string {
  const entered = enterTrigger(callWith(caps, receivedAt));
  if (!entered.ok) {
    expect(entered.reason).toMatchObject({ code: "overloaded", headers: { "retry-after": "1" } });
    return entered.reason.detail;
  }
  leaving.push(entered.value);
  return "taken";
}

const TOO_MANY = "More triggers have come than can be taken on at once: nothing was started";
const NO_ROOM = "More jobs are awake than this machine has files for: nothing was done";

describe("a trigger", () => {
  test("is refused while as many are underway as may be, and taken when one is done", () => {
    const caps = { HOLDLINE_TRIGGERS_MAX: "2" };

    expect([trigger(caps), trigger(caps)]).toEqual(["taken", "taken"]);
    expect(trigger(caps)).toBe(TOO_MANY);
    leaving.shift()?.();
    expect([trigger(caps), trigger(caps)]).toEqual(["taken", TOO_MANY]);
  });

  test("counts for half a minute: then it waits for its plugin", () => {
    const caps = { HOLDLINE_TRIGGERS_MAX: "1" };
    trigger(caps);

    const later = (ms: number) => epochMs(now + ms);
    expect(trigger(caps, later(29_999))).toBe(TOO_MANY);
    expect(trigger(caps, later(30_000))).toBe("taken");
  });

  test("is refused when nine tenths of the objects are awake, and whoever asks when all are", () => {
    const caps = { HOLDLINE_OBJECTS_MAX: "10" };
    const outcomes: (readonly [string, string])[] = [];
    for (let woken = 8; woken <= 10; woken += 1) {
      while (awakeObjects.count(now) < woken) awakeObjects.wake(now);
      const asked = refuseWithoutRoom(callWith(caps));
      outcomes.push([trigger(caps), asked?.detail ?? "taken"]);
    }

    expect(outcomes).toEqual([
      ["taken", "taken"],
      [NO_ROOM, "taken"],
      [NO_ROOM, NO_ROOM],
    ]);
  });
});

describe("when as many objects are awake as may be", () => {
  const app = createApp();
  const made = env.JOBS.newUniqueId().toString();

  test.each([
    { method: "POST", path: "/trigger/lab/echo", status: 503 },
    { method: "POST", path: "/jobs", status: 503 },
    { method: "POST", path: "/jobs/{id}/retry", status: 503 },
    { method: "GET", path: "/jobs/{id}", status: 503 },
    { method: "POST", path: "/jobs/{id}/cancel", status: 503 },
    { method: "POST", path: "/jobs/wait", status: 503 },
    { method: "GET", path: "/plugins", status: 200 },
    { method: "GET", path: "/healthz", status: 200 },
    { method: "POST", path: "/plugins/lab/echo/breaker/reset", status: 200 },
    { method: "POST", path: "/trigger/nothing", status: 404 },
  ])("$method $path is answered $status", async ({ method, path, status }) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    awakeObjects.wake(epochMs(Date.now()));
    const url = `http://localhost${path.replace("{id}", made)}`;

    const { env: full } = callWith({ HOLDLINE_OBJECTS_MAX: "1" });
    const answer = await app.fetch(new Request(url, { method }), full, createExecutionContext());

    expect(answer.status).toBe(status);
    if (status === 503) expect(await answer.json()).toMatchObject({ detail: NO_ROOM });
  });
});
