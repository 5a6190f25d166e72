import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NEW_BREAKER } from "../../src/core/breaker/breaker.ts";
import { hearOfEnd, mayStart, readBreaker, resetBreaker } from "../../src/edge/breaker/breakers.ts";
import { aBreaker, aJobEnd, aPolicy, RESET_MS } from "../support/a-breaker.ts";
import { anError, aState, at, T0 } from "../support/a-job.ts";
import {
  AWAY,
  counted,
  ended,
  newCommand,
  newJobId,
  objectOf,
  rowsWritten,
  storedBreaker,
} from "./breakers-support.ts";
import { setClock } from "./support.ts";

let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(console, "warn").mockImplementation((line: string) => void logged.push(line));
  setClock(T0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A command, and what an isolate asks and tells of it. */
function aCommand() {
  const command = newCommand();
  const { calls, env } = counted();
  const background: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void background.push(work);
  return {
    command,
    calls,
    env,
    settled: () => Promise.all(background),
    start: async (job = newJobId()) =>
      (await mayStart({ env, waitUntil }, command, { job, policy: aPolicy })).verdict,
    end: (...about: Parameters<typeof ended> extends [unknown, ...infer Rest] ? Rest : never) =>
      hearOfEnd(env, null, ended(command, ...about)),
  };
}

type TestCommand = ReturnType<typeof aCommand>;

async function fail(to: TestCommand, times: number): Promise<void> {
  for (let failures = 1; failures <= times; failures += 1) await to.end();
}

/** As other isolates would: this one learns nothing of it. */
async function failElsewhere({ command }: TestCommand, times: number): Promise<void> {
  for (let failures = 1; failures <= times; failures += 1) {
    await objectOf(command).hear(aJobEnd(), aPolicy);
  }
}

describe("a command that is well", () => {
  test("is asked for once, and never again while jobs succeed", async () => {
    const to = aCommand();

    for (let second = 0; second < 100; second += 1) {
      setClock(at(second * 900));
      expect(await to.start()).toBe("go");
      await to.end(aState.succeeded());
    }

    expect(to.calls).toEqual(["admit"]);
  });

  test("waits for nobody when knowledge is old, and a crowd refreshes it once", async () => {
    const to = aCommand();
    await to.start();
    setClock(at(60_000));

    const verdicts = await Promise.all(Array.from({ length: 50 }, () => to.start()));
    await to.settled();

    expect(new Set(verdicts)).toEqual(new Set(["go"]));
    expect(to.calls).toEqual(["admit", "look"]);
  });

  test("costs nothing where nobody asks: successes are told to nobody", async () => {
    const to = aCommand();

    for (let job = 0; job < 50; job += 1) await to.end(aState.succeeded());

    expect(to.calls).toEqual([]);
  });

  test("has its failures counted in a row only: a success that nobody told of breaks it", async () => {
    const to = aCommand();
    await failElsewhere(to, 2);

    setClock(at(1));
    await to.end(aState.succeeded());
    setClock(at(2));
    await to.end();

    expect(to.calls).toEqual(["hear"]);
    const row = aBreaker.closed({ failures: 1, failedAt: at(2) });
    expect(await storedBreaker(to.command)).toEqual(row);
  });
});

describe("three failures in a row", () => {
  test("open it, and whoever comes next is stopped without a question", async () => {
    const to = aCommand();
    await to.start();

    await fail(to, 3);

    expect(await to.start()).toBe("stopped");
    expect(to.calls).toEqual(["admit", "hear", "hear", "hear"]);
    expect(await storedBreaker(to.command)).toEqual(aBreaker.open());
  });

  test("stop whoever comes next also while the third is still being told", async () => {
    const to = aCommand();
    await to.start();
    await fail(to, 2);

    const telling = to.end();

    expect(await to.start()).toBe("stopped");
    await telling;
  });

  test("are told by the ends of jobs, once each, and by nothing before the end", async () => {
    const to = aCommand();
    const open = ended(to.command, aState.running());
    const over = ended(to.command, aState.dead(), { id: open.id });

    await hearOfEnd(to.env, null, open);
    await hearOfEnd(to.env, open, over);
    await hearOfEnd(to.env, over, over);

    expect(to.calls).toEqual(["hear"]);
  });

  test("are no matter of cancelled jobs, nor of input that the plugin refused", async () => {
    const to = aCommand();
    const refused = aState.failed({ error: { ...anError, code: "invalid_payload" } });

    for (const state of [aState.cancelled(), refused, refused]) await to.end(state);

    expect(to.calls).toEqual([]);
  });

  test("count whichever way they failed", async () => {
    const to = aCommand();

    for (const state of [aState.failed(), aState.timed_out(), aState.dead()]) await to.end(state);

    expect(await readBreaker(to.env, to.command)).toEqual(aBreaker.open());
  });

  test("do not open it when a success comes between", async () => {
    const to = aCommand();

    await fail(to, 2);
    await to.end(aState.succeeded());
    await fail(to, 2);

    expect(to.calls).toHaveLength(5);
    expect(await storedBreaker(to.command)).toMatchObject({ state: "closed", failures: 2 });
  });
});

describe("an open breaker", () => {
  test("is not told of late jobs, and not asked before it is time", async () => {
    const to = aCommand();
    await fail(to, 3);
    const calls = to.calls.length;

    setClock(at(500));
    await to.end();
    await to.end(aState.succeeded());
    for (let job = 0; job < 20; job += 1) expect(await to.start()).toBe("stopped");

    expect(to.calls).toHaveLength(calls);
  });

  test("lets one of many through when it is time, and closes by its success", async () => {
    const to = aCommand();
    await fail(to, 3);
    setClock(at(RESET_MS));

    const ids = Array.from({ length: 20 }, newJobId);
    const verdicts = await Promise.all(ids.map((id) => to.start(id)));
    expect(verdicts.filter((verdict) => verdict === "probe")).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === "stopped")).toHaveLength(19);
    const probe = ids[verdicts.indexOf("probe")] ?? newJobId();
    await to.end(aState.succeeded(), { id: probe, isProbe: true });

    expect(await to.start()).toBe("go");
    expect(await storedBreaker(to.command)).toEqual(aBreaker.closed({ closedAt: at(RESET_MS) }));
  });

  test("stays open for another period by the probe's failure", async () => {
    const to = aCommand();
    await fail(to, 3);
    setClock(at(RESET_MS));
    const probe = newJobId();
    expect(await to.start(probe)).toBe("probe");

    await to.end(aState.dead(), { id: probe, isProbe: true });

    expect(await to.start()).toBe("stopped");
    setClock(at(2 * RESET_MS - 1));
    expect(await to.start()).toBe("stopped");
    setClock(at(2 * RESET_MS));
    expect(await to.start()).toBe("probe");
  });

  test("gives the place of a cancelled probe to the next", async () => {
    const to = aCommand();
    await fail(to, 3);
    setClock(at(RESET_MS));
    const probe = newJobId();
    await to.start(probe);

    await to.end(aState.cancelled(), { id: probe, isProbe: true });

    expect(await to.start()).toBe("probe");
  });

  test("closes for everyone within a second of a reset elsewhere", async () => {
    const to = aCommand();
    await fail(to, 3);
    await objectOf(to.command).close();

    setClock(at(1000));
    expect(await to.start()).toBe("stopped");
    await to.settled();

    expect(await to.start()).toBe("go");
  });

  test("that is reset no longer counts the jobs from before", async () => {
    const to = aCommand();
    await fail(to, 3);
    const late = [1, 2, 3].map(() => ended(to.command));
    setClock(at(10));

    expect(await resetBreaker(to.env, to.command)).toEqual(aBreaker.closed({ closedAt: at(10) }));
    for (const job of late) await hearOfEnd(to.env, null, job);

    expect(await to.start()).toBe("go");
    expect(await storedBreaker(to.command)).toEqual(aBreaker.closed({ closedAt: at(10) }));
  });
});

describe("an isolate that knows nothing yet", () => {
  test("is told that it is open", async () => {
    const to = aCommand();
    await failElsewhere(to, 3);

    expect(await to.start()).toBe("stopped");
  });

  test("reads a breaker that was never touched, and no row is written", async () => {
    const to = aCommand();

    expect(await readBreaker(to.env, to.command)).toEqual(NEW_BREAKER);
    expect(await readBreaker(to.env, to.command)).toEqual(NEW_BREAKER);

    expect(to.calls).toEqual(["look"]);
    expect(await rowsWritten(to.command)).toBe(0);
  });
});

describe("a breaker that is away", () => {
  const env = { BREAKERS: AWAY };

  test("lets every job start, as one that may be the probe, and says so in the log", async () => {
    const asker = { env, waitUntil: () => {} };
    const start = { job: newJobId(), policy: aPolicy };

    expect(await mayStart(asker, newCommand(), start)).toEqual({ verdict: "probe" });
    expect(logged.map((line) => JSON.parse(line).event)).toEqual(["breaker.not_asked"]);
  });

  test("is not told, which harms nobody", async () => {
    await hearOfEnd(env, null, ended(newCommand()));

    expect(logged.map((line) => JSON.parse(line).event)).toEqual(["breaker.not_told"]);
  });

  test("is shown as it was known to be, or not at all", async () => {
    const to = aCommand();
    await fail(to, 3);
    setClock(at(5000));

    expect(await readBreaker(env, to.command)).toEqual(aBreaker.open());
    expect(await readBreaker(env, newCommand())).toBeNull();
  });

  test("cannot be reset, and whoever asked for it hears so", async () => {
    await expect(resetBreaker(env, newCommand())).rejects.toThrow("Away on purpose");
  });

  test("or that never answers holds a start up for a second at most", async () => {
    const never = { ...AWAY, get: () => ({ fetch: () => new Promise(() => {}) }) };
    const asker = { env: { BREAKERS: never as unknown as typeof AWAY }, waitUntil: () => {} };

    const start = mayStart(asker, newCommand(), { job: newJobId(), policy: aPolicy });

    expect(await start).toEqual({ verdict: "probe" });
    expect(logged[0]).toContain("No answer within 1000 ms");
  });
});

test("an answer that was overtaken by a newer question changes nothing", async () => {
  const to = aCommand();
  const held = Promise.withResolvers<void>();
  const { BREAKERS } = to.env;
  const slow = {
    ...BREAKERS,
    get: (id: DurableObjectId) => ({
      fetch: async (request: Request) => {
        const answer = await BREAKERS.get(id).fetch(request);
        await held.promise;
        return answer;
      },
    }),
  } as unknown as typeof BREAKERS;

  const old = readBreaker({ BREAKERS: slow }, to.command);
  while (to.calls.length === 0) await scheduler.wait(1);
  await fail(to, 3);
  held.resolve();
  await old;

  expect(await to.start()).toBe("stopped");
});
