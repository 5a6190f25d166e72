import { evictDurableObject, listDurableObjectIds } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BreakerPolicy } from "../../src/core/plugin/plugin-settings.ts";
import type { Settings } from "../../src/core/plugin/settings.ts";
import { NO_SETTINGS, settingsOf } from "../../src/core/plugin/settings.ts";
import { resetBreaker } from "../../src/edge/breaker/breakers.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { triggerCommand } from "../../src/http/trigger.ts";
import { epochMs } from "../../src/lang/time.ts";
import { aPolicy, RESET_MS } from "../support/a-breaker.ts";
import { aPlan, T0 } from "../support/a-job.ts";
import { AWAY, breakerStub, objectOf, rowsWritten, watchBreakers } from "./breakers-support.ts";
import { newObject, sabotage, setClock, submit, until } from "./support.ts";

/** What `holdline.yaml` would say of the lab. */
function settings(breaker: Partial<BreakerPolicy>): Settings {
  const lab = settingsOf(NO_SETTINGS, "lab");
  return { ...NO_SETTINGS, plugins: { lab: { ...lab, breaker: { ...aPolicy, ...breaker } } } };
}

const ALL = settings({ scope: "all" });
const DEAD = { plugin: "lab", command: "throw" };
const FLAKY = { plugin: "lab", command: "flaky" };

type Options = {
  readonly settings?: Settings;
  readonly env?: GatewayEnv;
  readonly headers?: Record<string, string>;
};

/** A trigger as the route would handle it, with settings of the test's own. */
async function trigger(path: string, body: object, options: Options = {}): Promise<Response> {
  const [plugin = "", command = ""] = path.split("?")[0]?.split("/") ?? [];
  const background: Promise<unknown>[] = [];
  const response = await triggerCommand({
    request: new Request(`http://localhost/trigger/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: options.headers ?? {},
    }),
    env: options.env ?? env,
    settings: options.settings ?? ALL,
    params: { plugin, command },
    origin: "http://localhost",
    receivedAt: epochMs(Date.now()),
    waitUntil: (work) => void background.push(work),
  });
  await Promise.all(background);
  return response;
}

const BROKEN = { payload: { message: "Down" }, max_attempts: 1 };

const fails = (options: Options = {}) => trigger("lab/throw?wait=20", BROKEN, options);

/** One attempt of `flaky`, which fails or does not. */
const tries = (failures: 0 | 1, options: Options = {}) =>
  trigger("lab/flaky?wait=20", { payload: { failures }, max_attempts: 1 }, options);

async function statuses(count: number, call: () => Promise<Response>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await call()).status);
  return found;
}

async function jobCount(): Promise<number> {
  return (await listDurableObjectIds(env.JOBS)).length;
}

async function breakersShown(): Promise<Record<string, { readonly [key: string]: unknown }>> {
  const answer = await exports.default.fetch("http://localhost/plugins");
  const { plugins } = await answer.json<{
    plugins: { name: string; commands: Record<string, { breaker: Record<string, unknown> }> }[];
  }>();
  const { commands = {} } = plugins.find(({ name }) => name === "lab") ?? {};
  return Object.fromEntries(Object.entries(commands).map(([key, { breaker }]) => [key, breaker]));
}

let logged: string[] = [];

/** Each test has a day of its own: a breaker that was closed counts nobody from before. */
let day = 0;
const at = (ms: number) => T0 + day * 86_400_000 + ms;

beforeEach(async () => {
  day += 1;
  logged = [];
  vi.spyOn(console, "warn").mockImplementation((line: string) => void logged.push(line));
  setClock(at(0));
  for (const command of [DEAD, FLAKY]) await resetBreaker(env, command);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("scope: all", () => {
  test("500 triggers, one after another, call a dead command at most 4 times a period", async () => {
    const PERIODS = 4;
    const jobsBefore = await jobCount();

    const calls: number[] = [];
    for (let period = 0; period < PERIODS; period += 1) {
      setClock(at(period * RESET_MS));
      const found = await statuses(500 / PERIODS, () => fails());
      expect(new Set(found)).toEqual(new Set([502, 503]));
      calls.push(found.filter((status) => status === 502).length);
    }

    // Three open it; each later period has its one probe.
    expect(calls).toEqual([3, 1, 1, 1]);
    expect((await jobCount()) - jobsBefore).toBe(6);
  });

  test("a stopped trigger is told why and when to come back, and makes no job", async () => {
    await statuses(3, () => fails());
    const jobsBefore = await jobCount();
    setClock(at(90_500));

    const answer = await fails();

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe(String((RESET_MS - 90_000) / 1000));
    expect(await answer.json()).toMatchObject({
      type: "http://localhost/docs/errors/breaker_open",
      code: "breaker_open",
      detail: "'lab/throw' is not started. Its last 3 jobs failed: it rests",
    });
    expect(await jobCount()).toBe(jobsBefore);
  });

  test("a command that is well again is back by its first probe", async () => {
    expect(await statuses(4, () => tries(1))).toEqual([502, 502, 502, 503]);
    setClock(at(RESET_MS));

    expect(await statuses(5, () => tries(0))).toEqual([200, 200, 200, 200, 200]);
  });

  test("while the probe works, others are told to come back soon", async () => {
    await statuses(3, () => tries(1));
    setClock(at(RESET_MS));
    // Its first attempt fails, so that it rests before its second: a probe that takes its time.
    const body = { payload: { failures: 1, retry_after_ms: 60_000 }, max_attempts: 2 };
    expect((await trigger("lab/flaky", body)).status).toBe(202);

    const answer = await tries(0);

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("under way") });
  });

  test("a probe that is cancelled gives its place to the next", async () => {
    await statuses(3, () => tries(1));
    setClock(at(RESET_MS));
    const body = { payload: { failures: 1, retry_after_ms: 60_000 }, max_attempts: 2 };
    const probe = await (await trigger("lab/flaky", body)).json<{ job_id: string }>();
    expect((await tries(0)).status).toBe(503);

    const job = env.JOBS.get(env.JOBS.idFromString(probe.job_id)) as unknown as {
      cancel: (reason: string) => Promise<unknown>;
    };
    await job.cancel("Enough");
    await until(async () => (await tries(0)).status === 200);

    expect((await tries(0)).status).toBe(200);
  });

  test("a caller who finds no place in the line takes no probe's place", async () => {
    await statuses(3, () => tries(1));
    setClock(at(RESET_MS));
    const full = { ...env, HOLDLINE_WAITERS_MAX: "1" };
    const holding = trigger("lab/sleep?wait=20", { payload: { ms: 300 } });

    await until(async () => (await trigger("lab/echo?wait=1", {}, { env: full })).status === 503);

    const refused = await tries(0, { env: full });

    expect(await refused.json()).toMatchObject({ code: "overloaded" });
    expect((await tries(0)).status).toBe(200);
    await holding;
  });

  test("eviction between any two triggers changes nothing", async () => {
    const found: number[] = [];
    const evict = async () => {
      // Only what runs can be evicted.
      await objectOf(DEAD).look();
      await evictDurableObject(breakerStub(DEAD));
    };
    for (let index = 0; index < 5; index += 1) {
      found.push((await fails()).status);
      await evict();
    }
    setClock(at(RESET_MS));
    for (let index = 0; index < 3; index += 1) {
      found.push((await fails()).status);
      await evict();
    }

    expect(found).toEqual([502, 502, 502, 503, 503, 502, 503, 503]);
  });

  test("a breaker that is away lets a trigger through", async () => {
    await statuses(3, () => fails());
    setClock(at(RESET_MS));

    expect((await fails({ env: { ...env, BREAKERS: AWAY } })).status).toBe(502);
  });

  test("a command that is well asks its breaker once, and not again", async () => {
    const requests = watchBreakers();

    const found = await statuses(50, () => trigger("lab/echo?wait=5", {}));
    const immediate = await trigger("lab/now", {});

    expect(new Set(found)).toEqual(new Set([200]));
    expect(immediate.status).toBe(200);
    expect(requests).toHaveBeenCalledTimes(1);
  });
});

describe("scope: schedule, as it is unless set", () => {
  const options = { settings: settings({ scope: "schedule" }) };

  test("a command that is well costs its breaker no request", async () => {
    const requests = watchBreakers();

    const found = await statuses(20, () => trigger("lab/echo?wait=5", {}, options));

    expect(new Set(found)).toEqual(new Set([200]));
    expect(requests).not.toHaveBeenCalled();
  });

  test("an open one stops no trigger, but is counted and shown", async () => {
    expect(await statuses(5, () => fails(options))).toEqual([502, 502, 502, 502, 502]);

    const healthy = await exports.default.fetch("http://localhost/healthz");
    expect(await healthy.json()).toMatchObject({ plugins_circuit_open: 1 });
    expect((await breakersShown())["throw"]).toEqual({
      state: "open",
      failures: 3,
      threshold: 3,
      reset_ms: RESET_MS,
      scope: "schedule",
      opened_at: new Date(at(0)).toISOString(),
      retry_at: new Date(at(RESET_MS)).toISOString(),
    });
  });

  test("a job ends as it does where the breaker is away, which is logged", async () => {
    const object = newObject();
    await sabotage(object, { env: { BREAKERS: AWAY } });
    const retry = { ...aPlan().retry, maxAttempts: 1 };

    await submit(
      object,
      { dispatch: "direct", command: "throw", retry },
      { payload: BROKEN.payload },
    );
    await until(async () => (await object.job.snapshot())?.status === "dead");

    await until(() => logged.some((line) => line.includes("breaker.not_told")));
  });

  test("the first job from after the period decides, though it did not ask", async () => {
    await statuses(3, () => tries(1, options));
    setClock(at(1000));
    await tries(0, options);
    expect((await breakersShown())["flaky"]).toMatchObject({ state: "open" });

    setClock(at(RESET_MS));
    await tries(0, options);

    await until(async () => (await breakersShown())["flaky"]?.["state"] === "closed");
  });
});

describe("over HTTP", () => {
  const post = (path: string) =>
    exports.default.fetch(`http://localhost${path}`, { method: "POST" });

  test("a reset closes it, shows it, and lets the next trigger through", async () => {
    await statuses(4, () => fails());

    const answer = await post("/plugins/lab/throw/breaker/reset");

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      state: "closed",
      failures: 0,
      threshold: 3,
      reset_ms: RESET_MS,
      scope: "schedule",
      opened_at: null,
      retry_at: null,
    });
    expect((await fails()).status).toBe(502);
  });

  test.each([
    { path: "/plugins/lap/throw/breaker/reset", code: "unknown_plugin" },
    { path: "/plugins/lab/trow/breaker/reset", code: "unknown_command" },
  ])("404 $code: $path", async ({ path, code }) => {
    const answer = await post(path);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code, detail: expect.stringContaining("did you") });
  });

  test("every command shows its breaker, and none that was never touched has written a row", async () => {
    const shown = await breakersShown();

    expect(Object.keys(shown)).toContain("echo");
    expect(shown["echo"]).toMatchObject({ state: "closed", failures: 0 });
    expect(await rowsWritten({ plugin: "lab", command: "echo" })).toBe(0);
    expect(await rowsWritten({ plugin: "text", command: "summarize" })).toBe(0);
  });
});
