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

  test("are each counted once, until ten seconds after something was last asked of it", () => {
    const objects = new AwakeObjects();
    const object = objects.wake(at(0));

    for (const elapsed of [0, 4, 12, 20]) object.stir(at(elapsed));

    expect([20, 30, 31].map((elapsed) => objects.count(at(elapsed)))).toEqual([1, 1, 0]);
  });

  test("keep being counted as long as something keeps them awake, and while they doze after it", () => {
    const objects = new AwakeObjects();
    const release = objects.wake(at(0)).keep(at(0), at(120));

    expect([1, 10, 11, 59].map((elapsed) => objects.count(at(elapsed)))).toEqual([1, 1, 1, 1]);
    release(at(59));
    expect([59, 69, 70].map((elapsed) => objects.count(at(elapsed)))).toEqual([1, 1, 0]);
  });

  test("are counted also when something keeps them awake that began when they were up for long", () => {
    const objects = new AwakeObjects();
    const object = objects.wake(at(0));
    object.keep(at(0), at(30))(at(30));

    object.keep(at(35), at(120));

    expect(objects.count(at(50))).toBe(1);
  });

  test("stay awake until the last thing is over that keeps them so", () => {
    const objects = new AwakeObjects();
    const object = objects.wake(at(0));
    const [first, last] = [object.keep(at(0), at(60)), object.keep(at(0), at(90))];

    first(at(20));

    expect(objects.count(at(60))).toBe(1);
    last(at(61));
    expect(objects.count(at(72))).toBe(0);
  });

  test("are counted again when one that was taken for asleep is asked something", () => {
    const objects = new AwakeObjects();
    const object = objects.wake(at(0));
    expect(objects.count(at(60))).toBe(0);

    object.stir(at(61));

    expect([61, 71, 72].map((elapsed) => objects.count(at(elapsed)))).toEqual([1, 1, 0]);
  });

  test("are not counted for ever when they die of what kept them awake", () => {
    const objects = new AwakeObjects();

    objects.wake(at(0)).keep(at(0), at(30));

    expect(objects.count(at(30))).toBe(1);
    expect(objects.count(at(31))).toBe(0);
  });

  test("are forgotten also where nobody counts them", () => {
    const asleepIn = new Map<number, number>();
    const objects = new AwakeObjects(asleepIn);

    for (let second = 0; second < 1000; second += 1) {
      objects.wake(at(second));
      objects.wake(at(second)).keep(at(second), at(second + 20));
    }

    expect(asleepIn.size).toBe(21);
  });
});
