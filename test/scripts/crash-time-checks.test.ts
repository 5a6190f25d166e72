import { describe, expect, test } from "vitest";
import { allFaults } from "../../scripts/crash/check/registry.ts";
import type { Happening, HowHeld } from "../../scripts/crash/history.ts";
import { AT, evidenceOf, holds, ID, LOG, later, plus, type Timed } from "./crash-evidence.ts";

const KILL: Happening = { k: "kill", isUp: true, isDrawn: true };
const held = (ms: number, how: HowHeld) => later(ms, { k: "held", n: 3, how });
const machine = (ms: number) => later(ms, { k: "machine", lateMs: ms, workMs: 20 });
const works = (ms: number, workMs: number) => later(ms, { k: "machine", lateMs: 0, workMs });
const pulse = (ms: number) => later(ms, { k: "pulse", ms, how: "answered" });
const opens = (everyMs: number | null) => later(0, { k: "opens", n: 3, everyMs });
const closes = (ms: number) => later(ms, { k: "closes", n: 3, how: "ended" });
const words = (ms: number) => later(ms, { k: "words", n: 3 });
const HEARS: Happening = { k: "hears", n: 3, way: "socket", name: "one", jobId: ID };
const TOLD: Happening = { k: "told", n: 3, jobId: ID, status: "succeeded", digest: "" };

/** What is found of these, beside what a caller was told, which is no matter of time. */
async function found(...more: readonly Timed[]): Promise<readonly string[]> {
  const faults = await allFaults(evidenceOf(plus(...more)));
  return faults.map(({ check }) => check).filter((check) => check !== "not_told");
}

describe("a late answer", () => {
  const late = [holds(3, 0), held(9000, "answered")];

  test("is a fault", async () => {
    expect(await found(...late)).toEqual(["hung"]);
  });

  test("is none where it is in time", async () => {
    expect(await found(holds(3, 0), held(2900, "answered"))).toEqual([]);
  });

  test("is none where a kill came between", async () => {
    expect(await found(holds(3, 0), later(10, KILL), held(9000, "answered"))).toEqual([]);
  });

  test("is excused by a machine that was as late", async () => {
    expect(await found(holds(3, 0), machine(8000), held(9000, "answered"))).toEqual([]);
  });

  test("is excused by a machine that had been as slow all the time", async () => {
    const slow = [works(-1000, 20), ...[1000, 3000, 5000].map((ms) => works(ms, 80))];

    expect(await found(...slow, ...late)).toEqual([]);
  });

  test("is not excused by a machine that was slow for a moment", async () => {
    const slow = [1000, 3000, 5000].map((ms) => works(ms, ms === 3000 ? 80 : 20));

    expect(await found(...slow, ...late)).toEqual(["hung"]);
  });

  test("is not excused by a server that was, nor is that one", async () => {
    expect(await found(holds(3, 0), pulse(8000), held(9000, "answered"))).toEqual(["hung", "hung"]);
  });

  test("of a server is excused by the machine alone", async () => {
    expect(await found(machine(8000), pulse(8000))).toEqual([]);
  });

  test("that never came is not excused", async () => {
    expect(await found(holds(3, 0), machine(14_000), held(15_000, "hung"))).toEqual(["hung"]);
  });
});

describe("an answer that there is nothing yet", () => {
  test("is a fault before patience is over", async () => {
    expect(await found(holds(3, 8000), held(7000, "not_yet"))).toEqual(["not_held"]);
  });

  test("is none when patience is over", async () => {
    expect(await found(holds(3, 8000), held(8000, "not_yet"))).toEqual([]);
  });

  test("is none where it says something", async () => {
    expect(await found(holds(3, 8000), held(10, "answered"))).toEqual([]);
  });

  test("is none where too many are held", async () => {
    expect(await found(holds(3, 8000), held(10, "turned_away"))).toEqual([]);
  });

  test("is none where the server was being killed", async () => {
    expect(await found(holds(3, 8000), later(5, KILL), held(10, "not_yet"))).toEqual([]);
  });
});

describe("a stream", () => {
  test("is hung where no heartbeat comes", async () => {
    expect(await found(opens(15_000), words(15_000), closes(34_000))).toEqual(["hung"]);
  });

  test("is not while its heart beats", async () => {
    expect(await found(opens(15_000), words(15_100), words(30_200), closes(45_000))).toEqual([]);
  });

  test("owes nothing any more from a kill on", async () => {
    expect(await found(opens(15_000), later(10_000, KILL), closes(40_000))).toEqual([]);
  });

  test("is hung too where a kill comes after that", async () => {
    const faults = await found(opens(15_000), later(20_000, KILL), closes(20_001));

    expect(faults).toEqual(["hung"]);
  });

  test("is hung where it was never closed, and the server is up", async () => {
    expect(await found(opens(15_000), machine(20_000), later(40_000, { k: "up" }))).toEqual([
      "hung",
    ]);
  });

  test("that tells what has happened is not, although it has no heartbeat", async () => {
    const told = LOG.map((event) => later(100, { k: "event", n: 3, ...event }));

    expect(await found(HEARS, opens(null), ...told, TOLD, closes(60_000))).not.toContain("hung");
  });

  test("is hung where it tells that too late", async () => {
    const told = LOG.map((event) => later(5000, { k: "event", n: 3, ...event }));

    expect(await found(HEARS, opens(null), ...told, closes(5000))).toEqual([
      "hung",
      "hung",
      "hung",
    ]);
  });

  test("is hung where it ends by a kill, and had long been silent", async () => {
    expect(await found(HEARS, opens(null), later(4000, KILL))).toEqual(["hung", "hung", "hung"]);
  });

  test("is not where it was killed before it could tell", async () => {
    expect(await found(HEARS, opens(null), later(2000, KILL))).toEqual([]);
  });

  test("owes only what happened before it was closed", async () => {
    const early = LOG.slice(0, 1).map((event) => later(0, { k: "event", n: 3, ...event }));
    const events = LOG.map((event) => ({
      ...event,
      at: event.seq === 1 ? AT : "2026-11-21T12:01:00.000Z",
    }));
    const { history } = plus(HEARS, opens(null), ...early, closes(9000));
    const faults = await allFaults(evidenceOf({ history, page: { events } }));

    expect(faults.map(({ check }) => check)).not.toContain("hung");
  });
});

describe("a server", () => {
  test("that died is one fault, and not one for each of those who were cut", async () => {
    const died: Happening = { k: "died", code: null, signal: "SIGSEGV" };

    expect(await found(holds(3, 1000), died, held(10, "cut"))).toEqual(["died"]);
  });
});
