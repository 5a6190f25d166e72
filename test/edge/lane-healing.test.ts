import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { anEntry } from "../support/a-lane.ts";
import { fourEntries, newEntry, newLane, setLaneClock, updatesOf } from "./lane-support.ts";
import { until } from "./support.ts";

const LEASE_MS = 60_000;

/** What lanes log while something is broken: wanted here, and not on the screen. */
let logged: string[] = [];

beforeEach(() => {
  setLaneClock(0);
  logged = [];
  for (const level of ["warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void logged.push(line));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a grant that gets lost", () => {
  test("in a call that fails is told again after a second", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();
    await second.peer.answerWith({ grant: "throw" });
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);
    await lane.leave(first.entry);
    await until(() => logged.some((line) => line.includes("lane.ask_failed")));
    await until(async () => (await lane.alarmAt()) === 1000);
    await second.peer.takeAsked();

    await second.peer.answerWith({ grant: true });
    setLaneClock(1000);
    await lane.alarm();

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.held()).toEqual([second.peer.id]);
  });

  test("again and again is told once a lease, and its slot stays its own", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();
    await second.peer.answerWith({ grant: "throw" });
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);
    await lane.leave(first.entry);
    await until(async () => (await lane.alarmAt()) === 1000);
    await second.peer.takeAsked();

    const alarms: (number | null)[] = [];
    for (let at = 1000; at <= 1000 + 2 * LEASE_MS; at += LEASE_MS) {
      setLaneClock(at);
      await lane.alarm();
      expect(await second.peer.asked()).toEqual(["grant main 1"]);
      alarms.push(await lane.alarmAt());
    }

    expect(alarms).toEqual([61_000, 121_000, 181_000]);
    expect(await lane.held()).toEqual([second.peer.id]);
  });

  test("with a lane that goes down before it tells is told when the lease is over", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();
    await second.peer.answerWith({ grant: "hang" });
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);
    await lane.leave(first.entry);
    await second.peer.asked();
    await lane.crash();

    await second.peer.answerWith({ grant: true });
    setLaneClock(LEASE_MS);
    await lane.alarm();

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.held()).toEqual([second.peer.id]);
  });

  test("in a call that hangs holds up neither the alarm nor anybody else", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    await first.peer.answerWith({ grant: "hang" });
    await lane.enter(first.entry, 2);
    await lane.enter(second.entry, 2);

    setLaneClock(LEASE_MS);
    await lane.alarm();
    await first.peer.asked();

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    await lane.leave(second.entry);
    expect(await lane.enter(third.entry, 2)).toBe("granted");
  });

  test("as the answer to an enter is given when the job asks again", async () => {
    const lane = newLane();
    const { entry } = newEntry(0);
    await lane.enter(entry, 1);
    await lane.crash();

    expect(await lane.enter(entry, 1)).toBe("granted");
  });
});

describe("a grant that nobody wants any more", () => {
  test("frees the slot, and the next is told", async () => {
    const lane = newLane();
    const [first, gone, next] = fourEntries();
    await gone.peer.answerWith({ grant: false, use: { kind: "released", updates: null } });
    for (const { entry } of [first, gone, next]) await lane.enter(entry, 1);

    await lane.leave(first.entry);

    expect(await next.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.held()).toEqual([next.peer.id]);
  });

  test("because its attempt is over already loses none of its updates", async () => {
    const lane = newLane();
    const [first, quick] = fourEntries({ isStateful: true });
    const updates = updatesOf({ by: "quick" });
    await quick.peer.answerWith({ grant: false, use: { kind: "released", updates } });
    await lane.enter(first.entry, null);
    await lane.enter(quick.entry, null);

    await lane.leave(first.entry);
    await until(async () => (await lane.held()).length === 0);
    await lane.leave(quick.entry, updates);

    expect(await lane.state()).toEqual({ by: "quick" });
  });
});

describe("a slot whose lease is over", () => {
  test("is leased again where it is in use", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);

    setLaneClock(LEASE_MS);
    await lane.alarm();

    expect(await first.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.alarmAt()).toBe(2 * LEASE_MS);
    expect(await lane.held()).toEqual([first.peer.id]);
  });

  test("is leased again where its job says so in the second place", async () => {
    const lane = newLane();
    const { peer, entry } = newEntry(0);
    await peer.answerWith({ grant: false, use: { kind: "held" } });
    await lane.enter(entry, 1);

    setLaneClock(LEASE_MS);
    await lane.alarm();
    await until(async () => (await peer.takeAsked()).includes("slotUse main 1"));

    expect(await lane.held()).toEqual([peer.id]);
  });

  test("is freed with its updates where the leave got lost, which changes nothing when it comes", async () => {
    const lane = newLane();
    const [lost, next] = fourEntries({ isStateful: true });
    const updates = updatesOf({ count: 1 });
    await lane.enter(lost.entry, 1);
    await lane.enter(next.entry, 1);
    await lost.peer.answerWith({ grant: false, use: { kind: "released", updates } });

    setLaneClock(LEASE_MS);
    await lane.alarm();

    expect(await next.peer.asked()).toEqual(["grant main 1"]);
    await lane.leave(next.entry, updatesOf({ count: 2 }));
    await lane.leave(lost.entry, updates);
    expect(await lane.state()).toEqual({ count: 2 });
  });

  test("is freed where its job is gone", async () => {
    const lane = newLane();
    const [gone, next] = fourEntries();
    await gone.peer.answerWith({ grant: false, use: null });
    await lane.enter(gone.entry, 1);
    await lane.enter(next.entry, 1);

    setLaneClock(LEASE_MS);
    await lane.alarm();

    expect(await next.peer.asked()).toEqual(["grant main 1"]);
  });

  test("is freed where there never was such a job", async () => {
    const lane = newLane();
    await lane.enter(anEntry("made-up"), 1);

    setLaneClock(LEASE_MS);
    await lane.alarm();

    await until(async () => (await lane.held()).length === 0);
  });

  test("stays where its job cannot be asked, until it can", async () => {
    const lane = newLane();
    const { peer, entry } = newEntry(0);
    await peer.answerWith({ grant: false, use: "throw" });
    await lane.enter(entry, 1);

    setLaneClock(LEASE_MS);
    await lane.alarm();
    await until(() => logged.some((line) => line.includes("lane.ask_failed")));
    expect(await lane.held()).toEqual([peer.id]);

    await peer.answerWith({ use: { kind: "released", updates: null } });
    setLaneClock(2 * LEASE_MS);
    await lane.alarm();
    await until(async () => (await lane.held()).length === 0);
  });

  test("is one of many: a pass asks a hundred, and the next comes at once", async () => {
    const lane = newLane();
    for (let count = 0; count < 130; count += 1) {
      await lane.enter(anEntry(`made-up-${count}`), null);
    }

    setLaneClock(LEASE_MS);
    await lane.alarm();
    expect(await lane.alarmAt()).toBe(LEASE_MS + 1);
    await until(async () => (await lane.held()).length === 30);
    await lane.alarm();

    await until(async () => (await lane.held()).length === 0);
  });
});

test("starts in a row are told by the alarm in between, so that no chain of calls is endless", async () => {
  const lane = newLane();
  const all = Array.from({ length: 12 }, (_, index) => newEntry(index));
  for (const { entry } of all) await lane.enter(entry, 1);

  const alarms: number[] = [];
  for (const [index, { peer, entry }] of all.entries()) {
    if ((await lane.alarmAt()) === 1) {
      alarms.push(index);
      await lane.alarm();
    }
    if (index > 0) expect(await peer.asked()).toEqual(["grant main 1"]);
    await lane.leave(entry);
  }

  expect(alarms).toEqual([9]);
  expect(await lane.held()).toEqual([]);
});

describe("the alarm", () => {
  test("that got lost is set again when the lane comes back", async () => {
    const lane = newLane();
    await lane.enter(newEntry(0).entry, 1);
    await runInDurableObject(lane.stub, (_object, { storage }) => storage.deleteAlarm());
    await lane.evict();

    await lane.state();

    expect(await lane.alarmAt()).toBe(LEASE_MS);
  });

  test("that is overdue is set again by the next change", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();
    await lane.enter(first.entry, 2);
    setLaneClock(LEASE_MS + 10_000);

    await lane.enter(second.entry, 2);

    expect(await lane.alarmAt()).toBe(LEASE_MS + 10_001);
  });

  test("that comes early or twice asks nobody, and is set to when it is needed", async () => {
    const lane = newLane();
    const { peer, entry } = newEntry(0);
    await lane.enter(entry, 1);

    setLaneClock(LEASE_MS - 1);
    await lane.alarm();
    await lane.alarm();

    expect(await lane.alarmAt()).toBe(LEASE_MS);
    expect(await peer.takeAsked()).toEqual([]);
  });

  test("of an empty lane is not set again", async () => {
    const lane = newLane();
    const { entry } = newEntry(0);
    await lane.enter(entry, 1);
    await lane.leave(entry);

    expect(await lane.alarm()).toBe(true);
    expect(await lane.alarm()).toBe(false);
  });

  test("whose pass fails never throws: it is counted, and comes again ever less often", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const lane = newLane();
    const { peer, entry } = newEntry(0);
    await lane.enter(entry, 1);
    setLaneClock(LEASE_MS);
    const rename = (from: string, to: string) =>
      runInDurableObject(lane.stub, (_object, { storage }) => {
        storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
      });
    await rename("slot", "lost");

    const rests: number[] = [];
    for (let pass = 0; pass < 3; pass += 1) {
      await lane.alarm();
      rests.push(((await lane.alarmAt()) ?? 0) - LEASE_MS);
      await lane.evict();
    }
    await rename("lost", "slot");
    await lane.alarm();

    expect(rests).toEqual([1000, 2000, 4000]);
    expect(await peer.asked()).toEqual(["grant main 1"]);
  });
});

describe("a change that cannot be stored", () => {
  const broken = () => {
    throw new Error("Broken on purpose");
  };

  test("leaves slot, line, state and alarm as they were, and can be made again", async () => {
    const lane = newLane();
    const [first, second] = fourEntries({ isStateful: true });
    await lane.enter(first.entry, 1);
    await lane.enter(second.entry, 1);
    // Overdue, so that the change has to set the alarm: its very last part is what fails.
    setLaneClock(LEASE_MS + 10_000);
    await runInDurableObject(lane.stub, (_object, { storage }) => {
      Object.defineProperty(storage, "setAlarm", { value: broken, configurable: true });
    });

    await expect(lane.leave(first.entry, updatesOf({ a: 1 }))).rejects.toThrow("Broken on purpose");

    expect([await lane.held(), await lane.waiting()]).toEqual([[first.peer.id], [second.peer.id]]);
    expect(await lane.state()).toEqual({});
    await runInDurableObject(lane.stub, (_object, { storage }) => {
      Reflect.deleteProperty(storage, "setAlarm");
    });
    await lane.leave(first.entry, updatesOf({ a: 1 }));
    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.state()).toEqual({ a: 1 });
  });
});

describe("a lane that is taken down between any two steps", () => {
  test.each(["evict", "crash"] as const)("goes on as if nothing had been: %s", async (how) => {
    const lane = newLane();
    const [first, second, third] = fourEntries({ isStateful: true });
    const steps = [
      () => lane.enter(first.entry, 2),
      () => lane.enter(second.entry, 2),
      () => lane.enter(third.entry, 2),
      () => lane.leave(first.entry, updatesOf({ first: true })),
      async () => void (await second.peer.asked()),
      () => lane.leave(second.entry, updatesOf({ second: true })),
      async () => void (await third.peer.asked()),
      () => lane.leave(third.entry, updatesOf({ third: true })),
    ];

    const answers: unknown[] = [];
    for (const step of steps) {
      answers.push(await step());
      // What was started by the step is told, or else when its lease is over.
      await lane[how]();
      setLaneClock(answers.length * LEASE_MS);
      await lane.alarm();
    }

    expect(answers.slice(0, 3)).toEqual(["granted", "waiting", "waiting"]);
    expect(await lane.state()).toEqual({ first: true, second: true, third: true });
    expect([await lane.held(), await lane.waiting()]).toEqual([[], []]);
  });
});
