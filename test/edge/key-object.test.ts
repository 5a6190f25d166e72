import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aDedupeClaim, anIdempotencyClaim, ended, newKey } from "./keys.ts";
import { newObject, setClock, submit, until } from "./support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let start = 0;

beforeEach(() => {
  start = Date.now();
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The job that an answer names, where a refusal would be a mistake of the test. */
function jobIn(answer: { ok: boolean; value?: { readonly jobId: string } | null }) {
  if (!answer.ok) throw new Error("refused");
  return answer.value?.jobId;
}

describe("an Idempotency-Key", () => {
  test("is given to the first of 100 that ask at once, and all hear who that is", async () => {
    const { key, rowsWritten } = newKey();
    const claims = Array.from({ length: 100 }, () => anIdempotencyClaim());

    const answers = await Promise.all(claims.map((claim) => key.claimIdempotency(claim)));

    expect(new Set(answers.map(jobIn)).size).toBe(1);
    const winners = claims.filter((claim, index) => {
      const answer = answers[index];
      return answer?.ok && answer.value.claimant === claim.claimant;
    });
    expect(winners).toHaveLength(1);
    expect(await rowsWritten()).toBe(2);
  });

  test("knows a claim that comes twice, also after a crash in between", async () => {
    const object = newKey();
    const claim = anIdempotencyClaim();

    const once = await object.key.claimIdempotency(claim);
    await object.crash();
    const twice = await object.key.claimIdempotency(claim);

    expect(twice).toEqual(once);
    expect(twice).toMatchObject({ ok: true, value: claim });
  });

  test("costs 2 rows to claim, and none to ask for again, to look up or to be refused", async () => {
    const { key, rowsWritten } = newKey();
    const nobody = newKey();

    await key.claimIdempotency(anIdempotencyClaim());
    const claimed = await rowsWritten();
    await key.claimIdempotency(anIdempotencyClaim());
    await key.findIdempotency("f");
    const refused = await key.claimIdempotency(anIdempotencyClaim("g"));
    await nobody.key.findIdempotency("f");

    expect([claimed, await rowsWritten(), await nobody.rowsWritten()]).toEqual([2, 2, 0]);
    expect(refused).toEqual({ ok: false, reason: { code: "idempotency_key_reused" } });
  });

  test("can be looked up without being claimed", async () => {
    const { key } = newKey();
    const claim = anIdempotencyClaim();

    const before = await key.findIdempotency("f");
    await key.claimIdempotency(claim);
    const found = await key.findIdempotency("f");

    expect(before).toEqual({ ok: true, value: null });
    expect(found).toMatchObject({ ok: true, value: claim });
  });

  test("is held for 24 hours to the second, then free, with its alarm or without", async () => {
    const { key } = newKey();
    const [first, other] = [anIdempotencyClaim(), anIdempotencyClaim()];
    const later = anIdempotencyClaim("g");
    setClock(start);
    await key.claimIdempotency(first);

    setClock(start + DAY - 1000);
    const held = await key.claimIdempotency(other);
    setClock(start + DAY + 1000);
    const free = await key.claimIdempotency(later);

    expect([jobIn(held), jobIn(free)]).toEqual([first.jobId, later.jobId]);
  });

  test("removes itself when it is over, and not a moment before", async () => {
    const object = newKey();
    setClock(start);
    await object.key.claimIdempotency(anIdempotencyClaim());
    const armedFor = await object.alarmAt();

    setClock(start + HOUR);
    await object.runAlarm();
    const [early, armedAgainFor] = [await object.isEmpty(), await object.alarmAt()];
    setClock(start + DAY);
    await object.runAlarm();

    expect([armedFor, early, armedAgainFor]).toEqual([start + DAY, false, start + DAY]);
    expect([await object.isEmpty(), await object.alarmAt()]).toEqual([true, null]);
    // An alarm that comes once more finds nothing, and writes nothing.
    await object.runAlarm();
    expect(await object.isEmpty()).toBe(true);
  });
});

describe("a dedupe key", () => {
  test("is given to the first of 100 that ask at once", async () => {
    const { key, rowsWritten } = newKey();
    const claims = Array.from({ length: 100 }, () => aDedupeClaim().claim);

    const records = await Promise.all(claims.map((claim) => key.claimDedupe(claim)));

    expect(records).toEqual(Array.from({ length: 100 }, () => records[0]));
    expect(claims.map(({ jobId }) => jobId)).toContain(
      records[0] === "overloaded" ? null : records[0]?.jobId,
    );
    expect(await rowsWritten()).toBe(2);
  });

  test("is taken over by one of 100 that find its job failed at once", async () => {
    const { key, rowsWritten } = newKey();
    const first = aDedupeClaim();
    await key.claimDedupe(first.claim);
    await ended(first.object, "failed");
    const claims = Array.from({ length: 100 }, () => aDedupeClaim().claim);

    const records = await Promise.all(claims.map((claim) => key.claimDedupe(claim)));

    expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(1);
    expect(records[0]).not.toMatchObject({ jobId: first.claim.jobId });
    expect(await rowsWritten()).toBe(4);
  });

  test.each([
    { what: "open", end: null, restMs: 365 * DAY, isHeld: true },
    { what: "succeeded, within its window", end: "succeeded", restMs: HOUR - 1000, isHeld: true },
    { what: "succeeded, past its window", end: "succeeded", restMs: HOUR + 1000, isHeld: false },
    { what: "failed", end: "failed", restMs: 1, isHeld: false },
  ] as const)("asks its job: $what", async ({ end, restMs, isHeld }) => {
    const object = newKey();
    const [first, later] = [aDedupeClaim(3600), aDedupeClaim()];
    setClock(start);
    await object.key.claimDedupe(first.claim);
    if (end === null) await submit(first.object);
    else await ended(first.object, end);
    await object.evict();

    setClock(start + restMs);
    const record = await object.key.claimDedupe(later.claim);

    expect(record).toMatchObject(isHeld ? first.claim : later.claim);
  });

  test.each([
    { what: "not made yet", ttlSeconds: 1, restMs: DAY - 1000, isHeld: true },
    { what: "never made", ttlSeconds: 1, restMs: DAY + 1000, isHeld: false },
    { what: "made, and gone since", ttlSeconds: 3600 * 48, restMs: 2 * DAY + 1, isHeld: false },
  ])("finds no job: $what", async ({ ttlSeconds, restMs, isHeld }) => {
    const { key } = newKey();
    const [first, later] = [aDedupeClaim(ttlSeconds), aDedupeClaim()];
    setClock(start);
    await key.claimDedupe(first.claim);

    setClock(start + restMs);
    const record = await key.claimDedupe(later.claim);

    expect(record).toMatchObject(isHeld ? first.claim : later.claim);
  });

  test("costs 2 rows to claim or to take over, and none to ask for again", async () => {
    const { key, rowsWritten } = newKey();
    const first = aDedupeClaim();
    const rows: number[] = [];

    await key.claimDedupe(first.claim);
    rows.push(await rowsWritten());
    await key.claimDedupe(first.claim);
    await key.claimDedupe(aDedupeClaim().claim);
    rows.push(await rowsWritten());
    await ended(first.object, "failed");
    await key.claimDedupe(aDedupeClaim().claim);
    rows.push(await rowsWritten());

    expect(rows).toEqual([2, 2, 4]);
  });

  test("says so when its job is too busy to be looked at", async () => {
    const object = newKey();
    await object.key.claimDedupe(aDedupeClaim().claim);
    await object.replaceJobs(jobsThatFail({ overloaded: true }));

    expect(await object.key.claimDedupe(aDedupeClaim().claim)).toBe("overloaded");
  });

  test("looks again after a minute at the least and a day at the most, until it is over", async () => {
    const object = newKey();
    const { object: job, claim } = aDedupeClaim(3600 * 48);
    setClock(start);
    await object.key.claimDedupe(claim);
    await submit(job);
    const alarms = [await object.alarmAt()];

    setClock(start + DAY);
    await object.runAlarm();
    alarms.push(await object.alarmAt());
    await ended(job, "succeeded");
    setClock(start + 2 * DAY);
    await object.runAlarm();
    alarms.push(await object.alarmAt());
    setClock(start + 3 * DAY);
    await object.runAlarm();

    expect(alarms).toEqual([start + DAY, start + 2 * DAY, start + 3 * DAY]);
    expect([await object.isEmpty(), await object.alarmAt()]).toEqual([true, null]);
  });

  test("removes itself at its first look when its job failed", async () => {
    const object = newKey();
    const { object: job, claim } = aDedupeClaim(1);
    setClock(start);
    await object.key.claimDedupe(claim);
    await ended(job, "failed");
    const armedFor = await object.alarmAt();

    setClock(start + MINUTE);
    await object.runAlarm();

    expect(armedFor).toBe(start + MINUTE);
    expect([await object.isEmpty(), await object.alarmAt()]).toEqual([true, null]);
  });

  test("that is claimed anew while its alarm looks at the old job stays claimed", async () => {
    const object = newKey();
    const [first, later] = [aDedupeClaim(1), aDedupeClaim(3600)];
    setClock(start);
    await object.key.claimDedupe(first.claim);
    const slow = failedJobs();
    await object.replaceJobs(slow.jobs);
    setClock(start + MINUTE);

    const pass = object.runAlarm();
    await until(() => slow.looks() === 1);
    const record = await object.key.claimDedupe(later.claim);
    slow.goOn();
    await pass;

    expect(record).toMatchObject(later.claim);
    expect([await object.isEmpty(), await object.alarmAt()]).toEqual([
      false,
      start + MINUTE + HOUR,
    ]);
  });
});

describe("an alarm pass that fails", () => {
  test("never throws, is logged, and comes again after five minutes", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const object = newKey();
    setClock(start);
    await object.key.claimDedupe(aDedupeClaim().claim);
    await object.replaceJobs(jobsThatFail({}));

    setClock(start + HOUR);
    await object.runAlarm();

    expect(logged.mock.calls.join()).toContain("key.alarm_failed");
    expect(await object.alarmAt()).toBe(start + HOUR + 5 * MINUTE);
    expect(await object.isEmpty()).toBe(false);
  });
});

/** A namespace of jobs that cannot be asked anything. */
function jobsThatFail(about: object) {
  return {
    idFromString: () => newObject().id,
    get: () => ({
      snapshot: () => Promise.reject(Object.assign(new Error("Broken on purpose"), about)),
    }),
  };
}

/** A namespace of jobs that have failed. The first look at one takes until it may go on. */
function failedJobs() {
  let looks = 0;
  let mayGoOn = false;
  const snapshot = async () => {
    looks += 1;
    const isFirst = looks === 1;
    while (isFirst && !mayGoOn) await scheduler.wait(1);
    return { status: "failed", finished_at: "2026-01-01T00:00:00.000Z" };
  };
  return {
    jobs: { idFromString: () => newObject().id, get: () => ({ snapshot }) },
    looks: () => looks,
    goOn: () => {
      mayGoOn = true;
    },
  };
}
