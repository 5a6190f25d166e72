import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Gate, type Visit } from "../../scripts/local/gate.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OPTIONS = { insideMax: 2, insideMsMax: 500, waitingMax: 2 };

/** A gate with visitors who are called as they are named. */
function aGate() {
  const gate = new Gate(OPTIONS);
  const entered: string[] = [];
  const come = (...names: readonly string[]): readonly (Visit | null)[] =>
    names.map((name) => gate.visit(() => entered.push(name)));
  return { entered, come };
}

describe("the gate", () => {
  test("lets as many in at once as may be, and the others in the order of their coming", () => {
    const { entered, come } = aGate();

    const [a, b] = come("a", "b", "c", "d");
    expect(entered).toEqual(["a", "b"]);
    b?.leave();
    expect(entered).toEqual(["a", "b", "c"]);
    a?.leave();
    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  test("takes no more than may wait, until one of them is in", () => {
    const { entered, come } = aGate();
    const [a] = come("a", "b", "c", "d");

    expect(come("e")).toEqual([null]);
    a?.leave();
    expect(come("f")).toEqual([{ leave: expect.any(Function) }]);
    expect(entered).not.toContain("e");
  });

  test("counts nobody who has been inside for long", () => {
    const { entered, come } = aGate();
    const [a] = come("a", "b", "c", "d", "e");

    vi.advanceTimersByTime(499);
    expect(entered).toEqual(["a", "b"]);
    vi.advanceTimersByTime(1);
    expect(entered).toEqual(["a", "b", "c", "d"]);
    a?.leave();
    expect(come("f")).not.toEqual([null]);
    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  test("forgets who leaves before they were in", () => {
    const { entered, come } = aGate();
    const [a, , c] = come("a", "b", "c", "d");

    c?.leave();
    a?.leave();

    expect(entered).toEqual(["a", "b", "d"]);
  });

  test("lets one in for one who leaves, however often they say so", () => {
    const { entered, come } = aGate();
    const [a] = come("a", "b", "c", "d");

    a?.leave();
    a?.leave();
    vi.advanceTimersByTime(499);

    expect(entered).toEqual(["a", "b", "c"]);
  });

  test("lets one in for one who waited, was let in and left", () => {
    const { entered, come } = aGate();
    const [a, , c] = come("a", "b", "c", "d");

    a?.leave();
    c?.leave();

    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  test("gives the place at once to the next one where somebody leaves as they enter", () => {
    const gate = new Gate({ ...OPTIONS, insideMax: 1 });
    const entered: string[] = [];
    const first = gate.visit(() => entered.push("first"));
    gate.visit((visit) => {
      entered.push("brief");
      visit.leave();
    });
    gate.visit(() => entered.push("last"));

    first?.leave();

    expect(entered).toEqual(["first", "brief", "last"]);
  });

  test("has a place again for the next one where somebody who came first left as they entered", () => {
    const gate = new Gate({ ...OPTIONS, insideMax: 1, waitingMax: 0 });
    gate.visit((visit) => visit.leave());

    expect(gate.visit(() => {})).not.toBeNull();
  });
});
