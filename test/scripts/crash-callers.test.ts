import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { early } from "../../scripts/crash/check/hung.ts";
import { Client, UnansweredFault } from "../../scripts/crash/client.ts";
import { type Entry, History, only, readHistory } from "../../scripts/crash/history.ts";
import { Sender } from "../../scripts/crash/sending.ts";
import { Caller } from "../../scripts/crash/ways/caller.ts";
import { WAYS, type WayName } from "../../scripts/crash/ways/registry.ts";
import { startLocalHttp } from "../../scripts/demo/local-http.ts";
import { AT, evidenceOf, ID, JOB, plannedAs, RECEIVERS } from "./crash-evidence.ts";

type Answer = {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: { readonly [name: string]: string };
};

const EVENT = { seq: 1, type: "job.succeeded", at: AT, data: { snapshot: JOB } };
const MOVING = { ...JOB, status: "running", finished_at: null };
const STREAM: Answer = {
  status: 200,
  headers: { "content-type": "text/event-stream" },
  body: `data: ${JSON.stringify(EVENT)}\n\n`,
};

let folder = "";
let stop = () => {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdline-callers-"));
});

afterEach(() => {
  vi.useRealTimers();
  stop();
  rmSync(folder, { recursive: true });
});

/** The callers' side of a laboratory whose gateway gives these answers, one after another. */
async function labWith(answers: readonly Answer[]) {
  const left = [...answers];
  const listener: RequestListener = (_request, response) => {
    const { status, headers, body } = left.shift() ?? { status: 500, body: {} };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { ...headers }).end(status === 304 ? undefined : text);
  };
  const http = await startLocalHttp(listener);
  stop = http.stop;
  const history = new History(join(folder, "history.jsonl"));
  const client = new Client(http.url, history);
  const callerOf = (jobId: string, way: WayName) =>
    new Caller({ client, history, others: () => [] }, { n: 1, way, name: "one", jobId });
  const lab = { client, history, open: new Map(), receivers: RECEIVERS };
  const entries = (): readonly Entry[] => readHistory(history.path);
  return { lab, callerOf, entries };
}

/** By each way to wait: what is answered when there is nothing yet, and what when it is over. */
const ANSWERS = {
  result: {
    notYet: { status: 202, body: { kind: "job", ...MOVING } },
    over: { status: 200, body: { kind: "result", ...JOB } },
  },
  jobs_wait: {
    notYet: { status: 200, body: { completed: [], failed: [], pending: [MOVING] } },
    over: { status: 200, body: { completed: [JOB], failed: [], pending: [] } },
  },
  long_poll: {
    notYet: { status: 200, body: MOVING },
    over: { status: 200, body: JOB },
  },
  pages: {
    notYet: { status: 200, body: { events: [] } },
    over: { status: 200, body: { events: [EVENT] } },
  },
} as const satisfies { readonly [way in WayName]?: { readonly [when: string]: Answer } };

const WAITING = Object.keys(ANSWERS) as readonly (keyof typeof ANSWERS)[];

/** What is found of requests that were sent away before their time. */
async function notHeld(entries: readonly Entry[]): Promise<readonly string[]> {
  const faults = await early({ ...evidenceOf({}), entries });
  return faults.map(({ check }) => check);
}

describe("a caller of the crash laboratory", () => {
  test.each(WAITING)("notes by %s that they are sent away before their time", async (way) => {
    const { notYet, over } = ANSWERS[way];
    const { callerOf, entries } = await labWith([notYet, over]);
    await WAYS[way].hear(callerOf(ID, way));

    expect(await notHeld(entries())).toEqual(["not_held"]);
    expect(only(entries(), "told")).toHaveLength(1);
  });

  test.each(WAITING)("notes nothing by %s where the end comes early", async (way) => {
    const { callerOf, entries } = await labWith([ANSWERS[way].over]);
    await WAYS[way].hear(callerOf(ID, way));

    expect(await notHeld(entries())).toEqual([]);
  });

  test("gives up a server that answers nobody for two minutes, and says so", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { lab, entries } = await labWith([]);

    const cutLate = async () => {
      vi.setSystemTime(Date.now() + 121_000);
      return "cut" as const;
    };

    await expect(lab.client.until("/jobs/1", {}, cutLate)).rejects.toThrow(UnansweredFault);
    expect(only(entries(), "unanswered")).toMatchObject([{ path: "/jobs/1" }]);
  });
});

describe("whoever sends a trigger", () => {
  const planned = plannedAs({});

  test("and waits notes that they are sent away before their time", async () => {
    const { notYet, over } = ANSWERS.result;
    const { lab, callerOf, entries } = await labWith([notYet, over]);
    const sender = new Sender(lab, { ...planned, opening: "wait" }, { n: 1, callerOf });
    const taken = await sender.send(false);
    await taken?.heard;

    expect(await notHeld(entries())).toEqual(["not_held"]);
  });

  test("and asks for a stream is heard of to the end, where it is answered with an id alone", async () => {
    const ack = { status: 202, body: { kind: "ack", job_id: ID } };
    const { lab, callerOf, entries } = await labWith([ack, STREAM]);
    const taken = await new Sender(lab, planned, { n: 1, callerOf }).send(true);
    await taken?.heard;

    expect(only(entries(), "hears")).toMatchObject([{ way: "trigger_stream", jobId: ID }]);
    expect(only(entries(), "told")).toHaveLength(1);
  });

  test("and asks for a stream does not do without one", async () => {
    const accepted = { status: 202, body: { kind: "job", ...MOVING } };
    const { lab, callerOf, entries } = await labWith([accepted]);
    const taken = await new Sender(lab, planned, { n: 1, callerOf }).send(true);

    expect(taken).toBeNull();
    expect(only(entries(), "broken")).toMatchObject([{ status: 202 }]);
  });
});
