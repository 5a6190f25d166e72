import { describe, expect, test } from "vitest";
import { allFaults, CHECKS, type CheckName } from "../../scripts/crash/check/registry.ts";
import type { Happening } from "../../scripts/crash/history.ts";
import {
  AT,
  evidenceOf,
  holds,
  ID,
  LOG,
  later,
  type Over,
  plus,
  ROW,
  withoutKinds,
} from "./crash-evidence.ts";

const executes = (attempt: number, token: string): Happening => {
  return { k: "executes", jobId: ID, attempt, token };
};
const hears = (n: number, way: string): Happening => {
  return { k: "hears", n, way, name: "one", jobId: ID };
};
const WITNESSED = { path: "/trigger/witness/do" };
const LATER = "2026-11-21T12:00:01.000Z";
const EARLIER = "2026-11-21T11:00:00.000Z";

/** For each check at least one history, or one book, with what it is there to find. */
const PLANTED: { readonly [check in CheckName]: { readonly [what: string]: Over } } = {
  lost: {
    "a job that is not there": { page: { status: 404 } },
    "a job that is not over": { job: { finished_at: null } },
  },
  changed: { "a page that changes": { after: { text: "as it is" } } },
  doubledJobs: {
    "two jobs of one name": plus({ k: "triggered", name: "one", kind: "quick", jobId: "job-2" }),
    "a second job of a key, of which nobody was told": {
      other: { status: "cancelled" },
      work: { copies: 2 },
    },
  },
  doubledEnds: {
    "two ends of one job": plus({ k: "told", n: 1, jobId: ID, status: "dead", digest: "other" }),
  },
  executions: {
    "a token that is used twice": plus(executes(2, "t1")),
    "an attempt that comes again": plus(executes(1, "t2")),
  },
  done: {
    "a success that nobody had": {
      job: { result: { text: "one", output: { token: "t9" } } },
      work: WITNESSED,
    },
    "a success of a plugin that was never called": {
      ...withoutKinds("executes", "executed"),
      work: WITNESSED,
    },
  },
  slots: {
    "more attempts than slots": plus(...[2, 3, 4, 5, 6, 7].map((n) => executes(n, `t${n}`))),
  },
  streams: {
    "an event that comes twice": plus({ k: "event", n: 1, seq: 3, type: "job.succeeded", at: AT }),
    "an event that was told otherwise than it is kept": plus(hears(3, "stream"), {
      k: "event",
      n: 3,
      seq: 1,
      type: "job.cancelled",
      at: AT,
    }),
  },
  logs: { "a log with a gap": { page: { events: LOG.filter(({ seq }) => seq !== 2) } } },
  notTold: {
    "a caller who was not told": plus(hears(3, "poll")),
    "a caller who was told the end of another job": plus(hears(3, "poll"), {
      k: "told",
      n: 3,
      jobId: "job-2",
      status: "succeeded",
      digest: "other",
    }),
  },
  cut: {
    "a request that is cut although nobody was killed": plus(holds(3, 1000), {
      k: "held",
      n: 3,
      how: "cut",
    }),
    "a stream that is cut although nobody was killed": plus(
      { k: "opens", n: 3, everyMs: 15_000 },
      { k: "closes", n: 3, how: "cut" },
    ),
  },
  hung: {
    "a request that is never answered": plus(holds(3, -10_000)),
    "an act that nobody answers": plus(
      holds(3, 0),
      later(15_000, { k: "held", n: 3, how: "hung" }),
    ),
  },
  early: {
    "a caller who is sent away before their time": plus(
      holds(3, 8000),
      later(4000, { k: "held", n: 3, how: "not_yet" }),
    ),
  },
  silent: {
    "a stream that is silent": plus(
      { k: "opens", n: 3, everyMs: 15_000 },
      later(20_000, { k: "closes", n: 3, how: "hung" }),
    ),
  },
  lateEvents: {
    "a stream that does not tell what has happened": plus(
      hears(3, "socket"),
      { k: "opens", n: 3, everyMs: null },
      later(5000, { k: "closes", n: 3, how: "ended" }),
    ),
  },
  stalled: {
    "a server that has no time for anybody": plus({ k: "pulse", ms: 9000, how: "answered" }),
  },
  died: { "a server that ends by itself": plus({ k: "died", code: 1, signal: null }) },
  unanswered: {
    "a server that does not come back": plus({ k: "unanswered", path: "/jobs/1", ms: 120_000 }),
  },
  ends: {
    "an end of another kind": { job: { status: "dead" } },
    "attempts beyond the maximum": { job: { max_attempts: 0 } },
    "a job that began before it was made": { job: { started_at: EARLIER } },
    "a log whose times go back": {
      page: { events: LOG.map((event) => ({ ...event, at: event.seq === 1 ? LATER : AT })) },
    },
    "two final events": {
      page: { events: [...LOG, { ...LOG[2], seq: 4 } as (typeof LOG)[number]] },
    },
    "bytes that are others": { job: { artifacts: [{ name: "a", bytes: 1, sha256: "x" }] } },
  },
  states: {
    "a change of the state that is gone": { kind: "remembered" },
    "a state that two jobs were given": {
      kind: "remembered",
      state: { one: true },
      other: {},
    },
  },
  callbacks: {
    "an endpoint that was given up": { page: { rows: [{ ...ROW, state: "failed" }] } },
    "a delivery that never came": withoutKinds("arrival"),
    "an event that the ledger has forgotten": { page: { rows: [] } },
  },
  channels: {
    "somebody who has no answer": { screen: [] },
    "somebody who has it twice": { screen: ["done", "done"] },
  },
  broken: {
    "an answer that something is broken": plus({
      k: "broken",
      path: "/jobs/1",
      status: 500,
      body: "",
    }),
  },
};

const CHECK_NAMES = Object.keys(CHECKS) as readonly CheckName[];

describe("the checker of the crash laboratory", () => {
  test("finds nothing where nothing is wrong", async () => {
    expect(await allFaults(evidenceOf({}))).toEqual([]);
  });

  test("has something to find for each check", () => {
    expect(CHECK_NAMES.filter((name) => Object.keys(PLANTED[name]).length === 0)).toEqual([]);
  });

  test.each(
    CHECK_NAMES.flatMap((name) =>
      Object.entries(PLANTED[name]).map(([what, over]) => ({ name, what, over })),
    ),
  )("finds by `$name` $what", async ({ name, over }) => {
    const found = await CHECKS[name](evidenceOf(over));

    expect(found).not.toEqual([]);
    expect(await allFaults(evidenceOf(over))).toEqual(expect.arrayContaining([...found]));
  });
});
