import { describe, expect, test } from "vitest";
import {
  freeSlots,
  type Held,
  type LaneView,
  laneWakeAt,
  STARTS_MAX,
  startsOf,
  withNewcomer,
} from "../../../src/core/lane/starts.ts";
import { at } from "../../support/a-job.ts";
import { aLane, anEntry, aStateful, aWaiting } from "../../support/a-lane.ts";

const held = (slots: number, hasStateful = false): Held => ({
  slots,
  hasStateful,
  leaseExpiresAt: slots === 0 ? null : at(60_000),
});

const started = (lane: LaneView) => startsOf(lane).map(({ job }) => String(job));

describe("freeSlots", () => {
  test.each([
    { limit: 1, slots: 0, free: 1 },
    { limit: 1, slots: 1, free: 0 },
    { limit: 5, slots: 2, free: 3 },
    { limit: 2, slots: 5, free: 0 },
    { limit: 1000, slots: 0, free: STARTS_MAX },
    { limit: null, slots: 5000, free: STARTS_MAX },
  ])("is $free where $slots of $limit are held", ({ limit, slots, free }) => {
    expect(freeSlots({ limit, held: held(slots) })).toBe(free);
  });
});

describe("who starts", () => {
  const plain = [aWaiting("p1", 10), aWaiting("p2", 30)];

  test.each<{ what: string; lane: Partial<LaneView>; starts: readonly string[] }>([
    { what: "nobody where nobody waits", lane: { limit: null }, starts: [] },
    { what: "nobody where all slots are held", lane: { plain, held: held(1) }, starts: [] },
    { what: "the oldest without state", lane: { plain }, starts: ["p1"] },
    {
      what: "as many as there are slots, in order",
      lane: { limit: 4, held: held(1), plain, stateful: aStateful("s1", 20) },
      starts: ["p1", "s1", "p2"],
    },
    {
      what: "the one with state first where it is the oldest",
      lane: { plain, stateful: aStateful("s1", 5) },
      starts: ["s1"],
    },
    {
      what: "the one without state first where it is the oldest",
      lane: { plain, stateful: aStateful("s1", 20) },
      starts: ["p1"],
    },
    {
      what: "past an older one that waits for the state alone",
      lane: { limit: 2, held: held(1, true), plain, stateful: aStateful("s2", 5) },
      starts: ["p1"],
    },
    {
      what: "one with state at a time where there is no other limit",
      lane: { limit: null, held: held(1, true), stateful: aStateful("s2", 5) },
      starts: [],
    },
    {
      what: "by arrival where they lined up in the same instant",
      lane: {
        limit: 2,
        plain: [aWaiting("p1", 10, { arrival: 1 }), aWaiting("p3", 10, { arrival: 3 })],
        stateful: aStateful("s2", 10, { arrival: 2 }),
      },
      starts: ["p1", "s2"],
    },
  ])("$what", ({ lane, starts }) => {
    expect(started(aLane(lane))).toEqual(starts);
  });
});

describe("a newcomer", () => {
  test("goes last among those who lined up in the same instant", () => {
    const lane = aLane({ limit: 2, plain: [aWaiting("p1", 10), aWaiting("p2", 10)] });

    expect(started(withNewcomer(lane, anEntry("p3", 10)))).toEqual(["p1", "p2"]);
  });

  test("goes first where it lined up before all others", () => {
    const lane = aLane({ plain: [aWaiting("p1", 10)] });

    expect(started(withNewcomer(lane, anEntry("p0", 5)))).toEqual(["p0"]);
  });

  test.each([
    { sinceMs: 5, first: "s0" },
    { sinceMs: 10, first: "s1" },
    { sinceMs: 15, first: "s1" },
  ])("with state comes before one that lined up later: $sinceMs ms", ({ sinceMs, first }) => {
    const lane = aLane({ limit: null, stateful: aStateful("s1", 10) });

    expect(started(withNewcomer(lane, anEntry("s0", sinceMs, { isStateful: true })))).toEqual([
      first,
    ]);
  });

  test("with state is alone where no other has any", () => {
    expect(started(withNewcomer(aLane(), anEntry("s1", 0, { isStateful: true })))).toEqual(["s1"]);
  });
});

describe("when a lane wakes", () => {
  test("never, where nobody is in it", () => {
    expect(laneWakeAt(aLane(), at(0))).toBeNull();
  });

  test("when its first lease runs out", () => {
    const lane = aLane({ held: held(1), plain: [aWaiting("p1", 10)] });

    expect(laneWakeAt(lane, at(0))).toBe(at(60_000));
  });

  test("at once, where somebody could start and has not", () => {
    const lane = aLane({ limit: 2, held: held(1), plain: [aWaiting("p1", 10)] });

    expect(laneWakeAt(lane, at(0))).toBe(at(0));
  });
});
