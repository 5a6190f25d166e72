import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { STATE_BYTES_MAX } from "../../src/core/lane/state.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { anEntry } from "../support/a-lane.ts";
import {
  fourEntries,
  newEntry,
  newLane,
  newPeer,
  setLaneClock,
  updatesOf,
} from "./lane-support.ts";

beforeEach(() => setLaneClock(0));

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a lane with a limit", () => {
  test("gives its slots to the first, and lets the others wait", async () => {
    const lane = newLane();
    const entries = fourEntries().map(({ entry }) => entry);

    const answers: string[] = [];
    for (const entry of entries) answers.push(await lane.enter(entry, 2));

    expect(answers).toEqual(["granted", "granted", "waiting", "waiting"]);
    expect(await lane.held()).toHaveLength(2);
    expect(await lane.waiting()).toEqual(entries.slice(2).map(({ job }) => job));
  });

  test("tells whoever is next as soon as a slot is free, and nobody else", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    for (const { entry } of [first, second, third]) await lane.enter(entry, 1);

    await lane.leave(first.entry);

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.held()).toEqual([second.peer.id]);
    expect(await lane.waiting()).toEqual([third.peer.id]);
    // Whoever was answered "granted" knows it, and whoever still waits has nothing to know.
    expect(await first.peer.takeAsked()).toEqual([]);
    expect(await third.peer.takeAsked()).toEqual([]);
  });

  test("goes by when a job lined up, not by when its call came through", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    await lane.enter(first.entry, 1);
    await lane.enter(third.entry, 1);
    await lane.enter(second.entry, 1);

    await lane.leave(first.entry);

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.waiting()).toEqual([third.peer.id]);
  });

  test("goes by arrival where jobs lined up in the same instant", async () => {
    const lane = newLane();
    const peers = Array.from({ length: 12 }, () => newPeer());
    for (const { id } of peers) await lane.enter(anEntry(id, 0), 1);

    const [, ...others] = peers.map(({ id }) => id);
    expect(await lane.waiting()).toEqual(others);
  });

  test("takes the newest limit that it hears of, and starts who has room by that", async () => {
    const lane = newLane();
    const [first, second, third, fourth] = fourEntries();
    for (const { entry } of [first, second, third]) await lane.enter(entry, 1);

    expect(await lane.enter(fourth.entry, 3)).toBe("waiting");
    expect(await lane.alarmAt()).toBe(1);
    await lane.alarm();

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
    expect(await third.peer.asked()).toEqual(["grant main 1"]);
    expect(await lane.waiting()).toEqual([fourth.peer.id]);
  });

  test("that was lowered starts nobody until there is room again", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    await lane.enter(first.entry, 2);
    await lane.enter(second.entry, 2);
    await lane.enter(third.entry, 1);

    await lane.leave(first.entry);
    expect(await lane.held()).toEqual([second.peer.id]);

    await lane.leave(second.entry);
    expect(await lane.held()).toEqual([third.peer.id]);
  });

  test("below 1 is refused, and nothing is stored", async () => {
    const lane = newLane();

    const entered = lane.enter(anEntry(newPeer().id), 0);

    await expect(entered).rejects.toThrow("limit must be >= 1: current value is 0");
    expect(await keysOf(lane)).toEqual([]);
  });
});

describe("a call that comes twice", () => {
  test("keeps the place of one who waits", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    for (const { entry } of [first, second, third]) await lane.enter(entry, 1);

    expect(await lane.enter(second.entry, 1)).toBe("waiting");

    expect(await lane.waiting()).toEqual([second.peer.id, third.peer.id]);
  });

  test("answers one who holds a slot that it does, and takes no second", async () => {
    const lane = newLane();
    const [first, second] = fourEntries();

    expect(await lane.enter(first.entry, 2)).toBe("granted");
    expect(await lane.enter(first.entry, 2)).toBe("granted");

    expect(await lane.enter(second.entry, 2)).toBe("granted");
  });

  test("tells attempts and steps of one job apart", async () => {
    const lane = newLane();
    const { id } = newPeer();
    await lane.enter(anEntry(id, 0), 1);

    expect(await lane.enter(anEntry(id, 1, { attempt: 2 }), 1)).toBe("waiting");
    await lane.leave(anEntry(id, 0, { attempt: 3 }));

    expect(await lane.held()).toEqual([id]);
    expect(await lane.waiting()).toEqual([id]);
  });

  test("gives a slot back once, and changes the state once", async () => {
    const lane = newLane();
    const [first, second] = fourEntries({ isStateful: true });
    await lane.enter(first.entry, null);
    await lane.leave(first.entry, updatesOf({ count: 1 }));
    await lane.enter(second.entry, null);
    await lane.leave(second.entry, updatesOf({ count: 2 }));

    await lane.leave(first.entry, updatesOf({ count: 1 }));

    expect(await lane.state()).toEqual({ count: 2 });
  });

  test("and is overtaken by the end of its own attempt gets no slot, and changes no state", async () => {
    const lane = newLane();
    const [first, second] = fourEntries({ isStateful: true });
    await lane.enter(first.entry, null);
    await lane.leave(first.entry, updatesOf({ count: 1 }));

    expect(await lane.enter(first.entry, null)).toBe("waiting");
    expect(await lane.enter(second.entry, null)).toBe("granted");
    await lane.leave(second.entry, updatesOf({ count: 2 }));
    await lane.leave(first.entry, updatesOf({ count: 1 }));

    expect(await lane.state()).toEqual({ count: 2 });
    expect([await lane.held(), await lane.waiting()]).toEqual([[], []]);
  });

  test("leaves the line, and whoever is next keeps waiting", async () => {
    const lane = newLane();
    const [first, second, third] = fourEntries();
    for (const { entry } of [first, second, third]) await lane.enter(entry, 1);

    await lane.leave(second.entry, updatesOf({ never: "held" }));
    await lane.leave(second.entry);

    expect(await lane.held()).toEqual([first.peer.id]);
    expect(await lane.waiting()).toEqual([third.peer.id]);
    expect(await lane.state()).toEqual({});
  });
});

describe("the state of a plugin", () => {
  test("is given to one attempt at a time, past whom others without state start", async () => {
    const lane = newLane();
    const [first, second] = fourEntries({ isStateful: true });
    const plain = newPeer();
    await lane.enter(first.entry, 2);

    expect(await lane.enter(second.entry, 2)).toBe("waiting");
    expect(await lane.enter(anEntry(plain.id, 9), 2)).toBe("granted");
    await lane.leave(first.entry);

    expect(await second.peer.asked()).toEqual(["grant main 1"]);
  });

  test("is {} at first, changes key by key, and is replaced where an attempt says so", async () => {
    const lane = newLane();
    const seen: JsonObject[] = [await lane.state()];
    const changes = [
      { updates: { a: 1, b: { c: 2 } }, replace: false },
      { updates: { b: null }, replace: false },
      { updates: { d: "ü✓" }, replace: true },
    ];

    for (const change of changes) {
      const { entry } = newEntry(0, { isStateful: true });
      await lane.enter(entry, null);
      await lane.leave(entry, change);
      await lane.evict();
      seen.push(await lane.state());
    }

    expect(seen).toEqual([{}, { a: 1, b: { c: 2 } }, { a: 1, b: null }, { d: "ü✓" }]);
  });

  test("keeps keys that look like a prototype as keys, through calls and disk", async () => {
    const lane = newLane();
    const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const { entry } = newEntry(0, { isStateful: true });
    await lane.enter(entry, null);
    await lane.leave(entry, updatesOf(JSON.parse(text) as JsonObject));
    await lane.evict();

    const state = await lane.state();

    expect(JSON.stringify(state)).toBe(text);
    expect(Reflect.get(state, "polluted")).toBeUndefined();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("may have a mebibyte of any characters", async () => {
    const lane = newLane();
    const { entry } = newEntry(0, { isStateful: true });
    const text = `${"x".repeat(STATE_BYTES_MAX - '{"text":""}'.length - 3)}✓`;
    await lane.enter(entry, null);
    await lane.leave(entry, updatesOf({ text }));
    await lane.evict();

    expect(await lane.state()).toEqual({ text });
  });

  test("stays as it was where it would become larger, and the slot is free all the same", async () => {
    const lane = newLane();
    const logged: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
    const [first, second, third] = fourEntries({ isStateful: true });
    await lane.enter(first.entry, null);
    await lane.leave(first.entry, updatesOf({ kept: true }));
    await lane.enter(second.entry, null);
    await lane.enter(third.entry, null);

    await lane.leave(second.entry, updatesOf({ text: "x".repeat(STATE_BYTES_MAX) }));

    expect(await lane.state()).toEqual({ kept: true });
    expect(await third.peer.asked()).toEqual(["grant main 1"]);
    expect(logged.join()).toContain("lane.state_too_large");
  });
});

test("a lane that nobody used is looked at and left without a trace", async () => {
  const lane = newLane();

  await lane.leave(anEntry(newPeer().id), updatesOf({ a: 1 }));

  expect(await lane.state()).toEqual({});
  expect(await lane.alarm()).toBe(false);
  expect(await keysOf(lane)).toEqual([]);
});

/** The keys and tables that the lane has on disk. */
async function keysOf({ stub }: ReturnType<typeof newLane>): Promise<readonly string[]> {
  return runInDurableObject(stub, (_object, { storage }) => [
    ...[...storage.kv.list()].map(([key]) => key),
    ...storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name IN ('line', 'slot')")
      .toArray()
      .map(({ name }) => name),
  ]);
}
