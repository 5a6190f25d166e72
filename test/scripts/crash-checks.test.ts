import { describe, expect, test } from "vitest";
import type { Page } from "../../scripts/crash/book.ts";
import type { Evidence } from "../../scripts/crash/check/evidence.ts";
import { allFaults } from "../../scripts/crash/check/registry.ts";
import type { Entry, Happening } from "../../scripts/crash/history.ts";
import { endOf } from "../../scripts/crash/job-view.ts";
import { KINDS } from "../../scripts/crash/kinds/registry.ts";
import type { Planned } from "../../scripts/crash/plan.ts";
import { Receivers } from "../../scripts/receivers/receivers.ts";
import { randomFrom } from "../../scripts/seed/random.ts";

const ID = "job-1";
const AT = "2026-11-21T12:00:00.000Z";

const JOB: Page["job"] = {
  job_id: ID,
  status: "succeeded",
  attempt: 1,
  max_attempts: 20,
  seq: 3,
  waits_for: null,
  retry_of: null,
  created_at: AT,
  started_at: AT,
  finished_at: AT,
  progress: null,
  result: { text: "one", output: { text: "one" } },
  wait: null,
  attempts: [{ attempt: 1 }],
  tags: ["one"],
  artifacts: [],
};

const LOG = ["job.queued", "job.running", "job.succeeded"].map((type, index) => {
  return { seq: index + 1, type, at: AT, data: {} };
});

const PAGE: Page = {
  jobId: ID,
  status: 200,
  job: JOB,
  events: LOG,
  rows: [],
  bytes: {},
  text: "as it was",
};

const END = endOf(JOB) ?? { jobId: ID, status: "", digest: "" };

/** A job that was triggered, executed once, read as a stream, waited for, and told: nothing is wrong. */
const HISTORY: readonly Happening[] = [
  { k: "up" },
  { k: "triggered", name: "one", kind: "quick", jobId: ID },
  { k: "executes", jobId: ID, attempt: 1, token: "t1" },
  { k: "executed", jobId: ID, attempt: 1, token: "t1", how: "ok" },
  { k: "hears", n: 1, way: "stream", name: "one", jobId: ID },
  ...LOG.map(({ seq, type, at }) => ({ k: "event" as const, n: 1, seq, type, at })),
  { k: "told", n: 1, ...END },
  { k: "hears", n: 2, way: "result", name: "one", jobId: ID },
  { k: "holds", n: 2, until: 0 },
  { k: "held", n: 2, how: "answered" },
  { k: "told", n: 2, ...END },
];

type Over = {
  readonly history?: readonly Happening[];
  readonly job?: Partial<Page["job"]>;
  readonly page?: Partial<Page>;
  /** Of another job that nobody was told of, but which is there. */
  readonly orphan?: Partial<Page["job"]>;
  readonly work?: Partial<Planned["work"]>;
  readonly after?: Partial<Page>;
};

function evidence(over: Over): Evidence {
  const { history = HISTORY, job = {}, page = {}, after = {}, orphan, work = {} } = over;
  const output = { token: "t1" };
  const whole = { ...PAGE, job: { ...JOB, result: { text: "one", output }, ...job }, ...page };
  const end = endOf(whole.job);
  // What was told is what the page says, unless the history says otherwise.
  const told = history.map((entry) =>
    entry.k === "told" && entry.digest === END.digest && end !== null
      ? { ...entry, ...end }
      : entry,
  );
  const others =
    orphan === undefined
      ? []
      : [{ ...whole, jobId: "job-2", job: { ...whole.job, job_id: "job-2", ...orphan } }];
  const planned: Planned = {
    name: "one",
    kind: "quick",
    atMs: 0,
    afterUpMs: 0,
    work: { ...KINDS.quick.plan(randomFrom(1), "one"), ...work },
    isAgain: false,
    opening: "plain",
    callers: [],
    callbacks: [],
  };
  return {
    entries: told.map((entry): Entry => ({ t: 0, gen: 1, ...entry })),
    planned: new Map([["one", planned]]),
    names: new Map([[ID, "one"]]),
    pages: [whole, ...others],
    pagesAfter: [{ ...whole, ...after }, ...others],
    state: {},
    said: [],
    breaches: [],
    receivers: new Receivers([], 1),
    secrets: [],
  };
}

const checksOf = async (over: Over) => (await allFaults(evidence(over))).map(({ check }) => check);
const plus = (...more: readonly Happening[]) => ({ history: [...HISTORY, ...more] });
const executes = (attempt: number, token: string): Happening => {
  return { k: "executes", jobId: ID, attempt, token };
};

describe("the checker of the crash laboratory", () => {
  test("finds nothing where nothing is wrong", async () => {
    expect(await checksOf({})).toEqual([]);
  });

  test.each<{ what: string; over: Over; finds: string }>([
    { what: "a job that is not there", over: { page: { status: 404 } }, finds: "lost" },
    { what: "a job that is not over", over: { job: { finished_at: null } }, finds: "lost" },
    { what: "a page that changes", over: { after: { text: "as it is" } }, finds: "changed" },
    {
      what: "two jobs of one name",
      over: plus({ k: "triggered", name: "one", kind: "quick", jobId: "job-2" }),
      finds: "doubled_job",
    },
    {
      what: "two ends of one job",
      over: plus({ k: "told", n: 1, jobId: ID, status: "dead", digest: "other" }),
      finds: "doubled_end",
    },
    { what: "a token that is used twice", over: plus(executes(2, "t1")), finds: "executed_twice" },
    {
      what: "an attempt that comes again",
      over: plus(executes(1, "t2")),
      finds: "executed_twice",
    },
    {
      what: "a success that nobody had",
      over: {
        job: { result: { text: "one", output: { token: "t9" } } },
        work: { path: "/trigger/witness/do" },
      },
      finds: "not_done",
    },
    {
      what: "more attempts than slots",
      over: plus(...[2, 3, 4, 5, 6, 7].map((n) => executes(n, `t${n}`))),
      finds: "too_many_at_once",
    },
    {
      what: "an event that comes twice",
      over: plus({ k: "event", n: 1, seq: 3, type: "job.succeeded", at: AT }),
      finds: "out_of_order",
    },
    {
      what: "a log with a gap",
      over: { page: { events: LOG.filter(({ seq }) => seq !== 2) } },
      finds: "out_of_order",
    },
    {
      what: "a caller who was not told",
      over: plus({ k: "hears", n: 3, way: "poll", name: "one", jobId: ID }),
      finds: "not_told",
    },
    {
      what: "a caller who was told the end of another job",
      over: {
        ...plus(
          { k: "hears", n: 3, way: "poll", name: "one", jobId: ID },
          { k: "told", n: 3, jobId: "job-2", status: "succeeded", digest: "other" },
        ),
      },
      finds: "not_told",
    },
    {
      what: "an event that was told otherwise than it is kept",
      over: plus(
        { k: "hears", n: 3, way: "stream", name: "one", jobId: ID },
        { k: "event", n: 3, seq: 1, type: "job.cancelled", at: AT },
      ),
      finds: "out_of_order",
    },
    {
      what: "a second job of a key, of which nobody was told",
      over: { orphan: { status: "cancelled" }, work: { copies: 2 } },
      finds: "doubled_job",
    },
    {
      what: "a success of a plugin that was never called",
      over: {
        history: HISTORY.filter(({ k }) => k !== "executes" && k !== "executed"),
        work: { path: "/trigger/witness/do" },
      },
      finds: "not_done",
    },
    {
      what: "a request that is cut although nobody was killed",
      over: plus({ k: "holds", n: 3, until: 1000 }, { k: "held", n: 3, how: "cut" }),
      finds: "cut",
    },
    {
      what: "an answer that something is broken",
      over: plus({ k: "broken", path: "/jobs/1", status: 500, body: "" }),
      finds: "refused",
    },
    {
      what: "a request that is never answered",
      over: plus({ k: "holds", n: 3, until: -10_000 }),
      finds: "hung",
    },
    {
      what: "a server that answers nobody",
      over: plus({ k: "pulse", ms: 20_000 }),
      finds: "hung",
    },
    { what: "an end of another kind", over: { job: { status: "dead" } }, finds: "wrong_end" },
    { what: "attempts beyond the maximum", over: { job: { max_attempts: 0 } }, finds: "wrong_end" },
    {
      what: "times that go back",
      over: { job: { started_at: "2026-11-21T11:00:00.000Z" } },
      finds: "wrong_end",
    },
    {
      what: "two final events",
      over: { page: { events: [...LOG, { ...LOG[2], seq: 4 } as (typeof LOG)[number]] } },
      finds: "wrong_end",
    },
    {
      what: "bytes that are others",
      over: { job: { artifacts: [{ name: "a", bytes: 1, sha256: "x" }] } },
      finds: "wrong_end",
    },
    {
      what: "a trigger that is refused",
      over: plus({ k: "broken", path: "/trigger", status: 422, body: "" }),
      finds: "refused",
    },
  ])("finds $what", async ({ over, finds }) => {
    expect(await checksOf(over)).toContain(finds);
  });

  test("allows a late answer where a kill came between, or the machine was as busy", async () => {
    const late: Happening = { k: "holds", n: 3, until: -10_000 };
    const held: Happening = { k: "held", n: 3, how: "answered" };

    expect(await checksOf(plus(late, held))).toContain("hung");
    expect(await checksOf(plus(late, { k: "kill", isUp: true }, held))).toEqual([]);
    expect(await checksOf(plus(late, { k: "pulse", ms: 9000 }, held))).toEqual([]);
  });
});
