import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JobId } from "../../src/core/job/job.ts";
import type { LaneEntry } from "../../src/core/lane/slot.ts";
import { newEntry, newLane, setLaneClock, updatesOf } from "./lane-support.ts";
import { until } from "./support.ts";

beforeEach(() => {
  setLaneClock(0);
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Numbers in [0, 1), the same each time: what a test does must not be luck. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

type Lane = ReturnType<typeof newLane>;

/** When the alarm is set to where it is due at once: then somebody is to be told. */
const DUE = 1;

describe("200 attempts that come at once and end in any order", () => {
  test.each([
    { limit: 1, stateful: 0.3 },
    { limit: 7, stateful: 0.3 },
    { limit: null, stateful: 1 },
  ])("start each once, $limit at a time, $stateful of them with state", async (given) => {
    const lane = newLane();
    const random = randomFrom(7);
    const limit = given.limit ?? Number.POSITIVE_INFINITY;
    const all = Array.from({ length: 200 }, (_, index) =>
      newEntry(index % 50, { isStateful: random() < given.stateful }),
    );
    const answers = await Promise.all(all.map(({ entry }) => lane.enter(entry, given.limit)));

    const ended: JobId[] = [];
    while (ended.length < all.length) {
      const { held, stateful, alarmAt } = await lane.look();
      expect(held.length).toBeGreaterThan(0);
      expect(held.length).toBeLessThanOrEqual(limit);
      expect(stateful).toBeLessThanOrEqual(1);
      if (alarmAt === DUE) await lane.alarm();
      const chosen = held[Math.floor(random() * held.length)];
      const leaving = all.filter(({ peer }) => peer.id === chosen);
      await Promise.all(leaving.map(({ entry }) => lane.leave(entry)));
      ended.push(...leaving.map(({ peer }) => peer.id));
    }

    expect(new Set(ended).size).toBe(all.length);
    expect([await lane.held(), await lane.waiting()]).toEqual([[], []]);
    const asked = await Promise.all(all.map(({ peer }) => peer.takeAsked()));
    expect(asked).toEqual(answers.map((word) => (word === "granted" ? [] : ["grant main 1"])));
  });
});

test("50 attempts with state that come at once lose none of each other's changes", async () => {
  const lane = newLane();
  const all = Array.from({ length: 50 }, (_, index) => newEntry(index, { isStateful: true }));
  const attempts = all.map(async ({ peer, entry }, index) => {
    if ((await lane.enter(entry, 10)) === "waiting") await peer.asked();
    // Read, change, write: what is lost when two do it at once.
    const { count = 0 } = await lane.state();
    await lane.leave(entry, updatesOf({ [`key-${index}`]: index, count: Number(count) + 1 }));
    await lane.leave(entry, updatesOf({ count: -1 }));
  });
  let isOver = false;
  const over = Promise.all(attempts).finally(() => {
    isOver = true;
  });
  await until(async () => {
    if ((await lane.alarmAt()) === DUE) await lane.alarm();
    return isOver;
  });
  await over;

  const state = await lane.state();

  expect(state).toEqual({
    count: 50,
    ...Object.fromEntries(all.map((_, index) => [`key-${index}`, index])),
  });
});

const aMove = fc.record({
  kind: fc.constantFrom<keyof typeof DO>(
    "enter",
    "enter",
    "leave",
    "leave",
    "evict",
    "crash",
    "alarm",
  ),
  job: fc.nat({ max: 7 }),
});

const aStory = fc.record({
  limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  stateful: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  moves: fc.array(aMove, { minLength: 10, maxLength: 40, size: "max" }),
});

test("any order of calls, doubled, with the object taken down in between, loses nobody", async () => {
  await fc.assert(
    fc.asyncProperty(aStory, async ({ limit, stateful, moves }) => {
      const lane = newLane();
      const all = stateful.map((isStateful, index) => newEntry(index % 3, { isStateful }));
      // Makes the lane, so that there is something to look at.
      const [first = newEntry(0)] = all;
      await lane.enter(first.entry, limit);
      const there = new Set(await lane.held());
      for (const { kind, job } of moves) {
        const { peer, entry } = all[job] ?? newEntry(0);
        if (kind === "enter") there.add(peer.id);
        if (kind === "leave") there.delete(peer.id);
        await DO[kind](lane, entry, limit);

        const { held, waiting, stateful: heldStateful, alarmAt } = await lane.look();
        expect([...held, ...waiting].toSorted()).toEqual([...there].toSorted());
        expect(held.length).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
        expect(heldStateful).toBeLessThanOrEqual(1);
        expect(there.size === 0 || alarmAt !== null).toBe(true);
      }
    }),
    { numRuns: 15 },
  );
});

type Do = (lane: Lane, entry: LaneEntry, limit: number | null) => Promise<unknown>;

const DO: { readonly [kind in "enter" | "leave" | "evict" | "crash" | "alarm"]: Do } = {
  enter: (lane, entry, limit) => lane.enter(entry, limit),
  leave: (lane, entry) => lane.leave(entry),
  evict: (lane) => lane.evict(),
  crash: (lane) => lane.crash(),
  alarm: (lane) => lane.alarm(),
};
