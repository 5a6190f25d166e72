import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobId } from "../../../src/core/job/job.ts";
import { ONLY_STEP } from "../../../src/core/job/step.ts";
import type { LaneEntry, Waiting } from "../../../src/core/lane/slot.ts";
import {
  freeSlots,
  type LaneView,
  laneWakeAt,
  startsOf,
  withNewcomer,
} from "../../../src/core/lane/starts.ts";
import { at } from "../../support/a-job.ts";

/** What a lane remembers, as lists: the least that the decisions need around them. */
type Lane = { readonly limit: number | null; held: LaneEntry[]; line: Waiting[] };

/** The beginnings of the line, cut as a store cuts them. */
function viewOf({ limit, held, line }: Lane): LaneView {
  const holding = {
    slots: held.length,
    hasStateful: held.some(({ isStateful }) => isStateful),
    leaseExpiresAt: held.length === 0 ? null : at(60_000),
  };
  const free = freeSlots({ limit, held: holding });
  const inOrder = line.toSorted((a, b) => a.since - b.since || a.arrival - b.arrival);
  const [stateful = null] = inOrder.filter(({ isStateful }) => isStateful);
  return {
    limit,
    held: holding,
    plain: inOrder.filter(({ isStateful }) => !isStateful).slice(0, free),
    stateful: holding.hasStateful || free === 0 ? null : stateful,
  };
}

const isSame = (left: LaneEntry) => (right: LaneEntry) => left.job === right.job;

function enter(lane: Lane, entry: LaneEntry, arrival: number): void {
  if ([...lane.held, ...lane.line].some(isSame(entry))) return;
  if (startsOf(withNewcomer(viewOf(lane), entry)).some(isSame(entry))) lane.held.push(entry);
  else lane.line.push({ ...entry, arrival });
}

/** @returns Who started by it. */
function leave(lane: Lane, entry: LaneEntry): readonly Waiting[] {
  lane.held = lane.held.filter((other) => !isSame(entry)(other));
  lane.line = lane.line.filter((other) => !isSame(entry)(other));
  const starts = startsOf(viewOf(lane));
  lane.line = lane.line.filter((other) => !starts.some(isSame(other)));
  lane.held.push(...starts);
  return starts;
}

const aLimit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null });

/** Few jobs, so that doubled calls are the rule; the same job always comes with the same entry. */
const someEntries = fc
  .array(fc.record({ sinceMs: fc.integer({ min: 0, max: 5 }), isStateful: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((list) =>
    list.map(
      ({ sinceMs, isStateful }, index): LaneEntry => ({
        job: jobId(`job-${index}`),
        step: ONLY_STEP,
        attempt: 1,
        since: at(sinceMs),
        isStateful,
      }),
    ),
  );

const someMoves = fc.array(
  fc.record({ call: fc.constantFrom("enter" as const, "leave" as const), job: fc.nat() }),
  { maxLength: 60, size: "max" },
);

type Look = (lane: Lane, started: readonly Waiting[], before: readonly Waiting[]) => void;

/** Plays any order of calls, and shows the lane after each. */
function play(
  [limit, entries, moves]: readonly [
    number | null,
    readonly LaneEntry[],
    readonly { call: "enter" | "leave"; job: number }[],
  ],
  look: Look,
): Lane {
  const lane: Lane = { limit, held: [], line: [] };
  for (const [arrival, { call, job }] of moves.entries()) {
    const entry = entries[job % entries.length];
    if (entry === undefined) continue;
    const before = lane.line.filter((other) => !isSame(entry)(other));
    if (call === "enter") enter(lane, entry, arrival);
    look(lane, call === "leave" ? leave(lane, entry) : [], before);
  }
  return lane;
}

const aStory = fc.tuple(aLimit, someEntries, someMoves);
const check = (look: Look) =>
  fc.assert(
    fc.property(aStory, (story) => void play(story, look)),
    { numRuns: 500 },
  );

describe("any order of entering and leaving, calls doubled", () => {
  test("never holds more slots than there are, nor two with state", () => {
    check(({ limit, held }) => {
      expect(held.length).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
      expect(held.filter(({ isStateful }) => isStateful).length).toBeLessThanOrEqual(1);
    });
  });

  test("leaves nobody waiting who could start", () => {
    check((lane) => expect(startsOf(viewOf(lane))).toEqual([]));
  });

  test("starts those of one kind in the order of the line", () => {
    check((lane, started) => {
      for (const start of started) {
        const passed = lane.line.filter(
          ({ since, arrival, isStateful }) =>
            isStateful === start.isStateful &&
            (since < start.since || (since === start.since && arrival < start.arrival)),
        );
        expect(passed).toEqual([]);
      }
    });
  });

  test("passes by an older one only while that one waits for the state", () => {
    check(({ held, line }, started) => {
      const isTaken = held.some(({ isStateful }) => isStateful);
      for (const start of started) {
        const passed = line.filter(({ since }) => since < start.since);
        expect(passed.every(({ isStateful }) => isStateful && isTaken)).toBe(true);
      }
    });
  });

  test("loses nobody: whoever waited still waits, or has started", () => {
    check(({ held, line }, _started, before) => {
      for (const entry of before) expect([...held, ...line].some(isSame(entry))).toBe(true);
    });
  });

  test("always has an instant to wake at while anybody is in the lane", () => {
    check((lane) => {
      const isEmpty = lane.held.length + lane.line.length === 0;
      expect(laneWakeAt(viewOf(lane), at(0)) === null).toBe(isEmpty);
    });
  });

  test("starts everyone in the end, when everyone leaves", () => {
    fc.assert(
      fc.property(aStory, (story) => {
        const lane = play(story, () => {});
        const waiting = new Set(lane.line.map(({ job }) => job));

        for (let [first] = lane.held; first !== undefined; [first] = lane.held) {
          for (const { job } of leave(lane, first)) waiting.delete(job);
        }

        expect([...waiting]).toEqual([]);
        expect(lane.line).toEqual([]);
      }),
    );
  });
});
