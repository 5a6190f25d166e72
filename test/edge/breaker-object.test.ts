import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { NEW_BREAKER } from "../../src/core/breaker/breaker.ts";
import { aBreaker, aJobEnd, aPolicy, RESET_MS } from "../support/a-breaker.ts";
import { at, T0 } from "../support/a-job.ts";
import {
  breakerStub,
  newCommand,
  newJobId,
  objectOf,
  rowsWritten,
  storedBreaker,
} from "./breakers-support.ts";
import { setClock } from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the rows of a breaker", () => {
  test("are none for one that is asked, told of a success, or reset, while all is well", async () => {
    const command = newCommand();
    const object = objectOf(command);

    expect(await object.look()).toEqual({ breaker: NEW_BREAKER });
    expect(await object.admit(newJobId(), aPolicy)).toMatchObject({ verdict: "go" });
    await object.hear(aJobEnd({ verdict: "succeeded" }), aPolicy);
    await object.close();

    expect(await rowsWritten(command)).toBe(0);
    expect(await storedBreaker(command)).toBeUndefined();
  });

  test("are one for each change", async () => {
    setClock(T0);
    const command = newCommand();
    const object = objectOf(command);
    const rows: number[] = [];

    for (const verdict of ["failed", "failed", "failed", "failed", "succeeded"] as const) {
      await object.hear(aJobEnd({ verdict }), aPolicy);
      rows.push(await rowsWritten(command));
    }

    // The third opened it; what came later was late.
    expect(rows).toEqual([1, 2, 3, 3, 3]);
  });

  test("hold the breaker and nothing else", async () => {
    setClock(T0);
    const command = newCommand();

    await objectOf(command).hear(aJobEnd(), aPolicy);

    expect(await storedBreaker(command)).toEqual(aBreaker.closed({ failures: 1, failedAt: T0 }));
  });
});

test("eviction between any two steps changes nothing", async () => {
  const command = newCommand();
  const evict = () => evictDurableObject(breakerStub(command));
  const [probe, other] = [newJobId(), newJobId()];
  setClock(T0);

  for (let failures = 1; failures <= 3; failures += 1) {
    await objectOf(command).hear(aJobEnd(), aPolicy);
    await evict();
  }
  expect(await objectOf(command).look()).toEqual({ breaker: aBreaker.open() });
  await evict();
  expect(await objectOf(command).admit(other, aPolicy)).toMatchObject({ verdict: "stopped" });
  await evict();

  setClock(at(RESET_MS));
  expect(await objectOf(command).admit(probe, aPolicy)).toMatchObject({ verdict: "probe" });
  await evict();
  expect(await objectOf(command).admit(other, aPolicy)).toMatchObject({ verdict: "stopped" });
  await evict();
  expect(await objectOf(command).admit(probe, aPolicy)).toMatchObject({ verdict: "probe" });
  await evict();
  const end = aJobEnd({ job: probe, verdict: "succeeded", endedAt: at(RESET_MS) });
  await objectOf(command).hear(end, aPolicy);
  await evict();

  const closed = aBreaker.closed({ closedAt: at(RESET_MS) });
  expect(await objectOf(command).look()).toEqual({ breaker: closed });
});

test("of a hundred jobs that ask at once exactly one is the probe", async () => {
  const command = newCommand();
  setClock(T0);
  for (let failures = 1; failures <= 3; failures += 1) {
    await objectOf(command).hear(aJobEnd(), aPolicy);
  }
  await evictDurableObject(breakerStub(command));
  setClock(at(RESET_MS));

  const answers = await Promise.all(
    Array.from({ length: 100 }, () => objectOf(command).admit(newJobId(), aPolicy)),
  );

  expect(answers.filter(({ verdict }) => verdict === "probe")).toHaveLength(1);
  expect(answers.filter(({ verdict }) => verdict === "stopped")).toHaveLength(99);
  expect(await rowsWritten(command)).toBe(1);
});

test("failures that are told at once are all counted, also by an object that has yet to load", async () => {
  const command = newCommand();
  const policy = { ...aPolicy, threshold: 50 };
  await objectOf(command).hear(aJobEnd(), policy);
  await evictDurableObject(breakerStub(command));

  await Promise.all(Array.from({ length: 20 }, () => objectOf(command).hear(aJobEnd(), policy)));

  expect(await objectOf(command).look()).toMatchObject({ breaker: { failures: 21 } });
});

test("commands have nothing to do with each other", async () => {
  const [failing, well] = [newCommand(), newCommand()];
  for (let failures = 1; failures <= 3; failures += 1) {
    await objectOf(failing).hear(aJobEnd(), aPolicy);
  }

  expect(await objectOf(failing).look()).toMatchObject({ breaker: { state: "open" } });
  expect(await objectOf(well).look()).toEqual({ breaker: NEW_BREAKER });
});
