import { describe, expect, test } from "vitest";
import { AwakeObjects } from "../../src/edge/awake-objects.ts";
import { after, epochMs, seconds } from "../../src/lang/time.ts";

const T0 = epochMs(Date.parse("2026-11-21T12:00:00Z"));
const at = (elapsed: number) => after(T0, seconds(elapsed));

describe("the objects that are awake", () => {
  test.each([
    { after: 0, count: 3 },
    { after: 10, count: 3 },
    { after: 11, count: 1 },
    { after: 20, count: 1 },
    { after: 21, count: 0 },
    { after: 3600, count: 0 },
  ])("are $count when two woke $after s ago, and one ten seconds later", (expected) => {
    const objects = new AwakeObjects();

    objects.wake(at(0));
    objects.wake(at(0));
    objects.wake(at(10));

    expect(objects.count(at(expected.after))).toBe(expected.count);
  });

  test("keep being counted as long as something keeps them awake, once", () => {
    const objects = new AwakeObjects();

    objects.wake(at(0));
    const release = objects.keep(at(0), at(60));

    expect([1, 10, 11, 59].map((elapsed) => objects.count(at(elapsed)))).toEqual([1, 1, 1, 1]);
    release();
    expect(objects.count(at(59))).toBe(0);
  });

  test("are not counted for ever when they die of what kept them awake", () => {
    const objects = new AwakeObjects();

    objects.wake(at(0));
    objects.keep(at(0), at(30));

    expect(objects.count(at(29))).toBe(1);
    expect(objects.count(at(30))).toBe(0);
  });

  test("are forgotten also where nobody counts them", () => {
    const objects = new AwakeObjects();

    for (let second = 0; second < 100; second += 1) objects.wake(at(second));

    expect(objects.count(at(99))).toBe(11);
  });
});
