import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { astray } from "../../scripts/load/aftermath.ts";
import { Caller } from "../../scripts/load/caller.ts";
import { faultsOf, type Outcome } from "../../scripts/load/report.ts";

type Answer = { readonly status: number; readonly code?: string };

const NOT_FINISHED: Answer = { status: 409, code: "job_not_finished" };

/** What the server says of each job, one answer after the other; the last one again and again. */
const ANSWERS: { readonly [path: string]: readonly Answer[] } = {
  "/jobs/done/result": [{ status: 200 }],
  "/jobs/later/result": [NOT_FINISHED, { status: 503, code: "overloaded" }, { status: 200 }],
  "/jobs/cancelled/result": [{ status: 409, code: "job_cancelled" }],
  "/jobs/dead/result": [{ status: 502, code: "job_dead" }],
  "/jobs/failed/result": [{ status: 502, code: "job_failed" }],
  "/jobs/late/result": [{ status: 504, code: "job_timed_out" }],
  "/jobs/gone/result": [{ status: 404, code: "job_not_found" }],
  "/jobs/stuck/result": [NOT_FINISHED],
};

const asked = new Map<string, number>();
const server = createServer(({ url = "" }, response) => {
  const count = asked.get(url) ?? 0;
  asked.set(url, count + 1);
  const answers = ANSWERS[url] ?? [];
  answer(response, answers[count] ?? answers.at(-1));
});

function answer(response: ServerResponse, { status, code }: Answer = { status: 500 }): void {
  response.statusCode = status;
  response.end(JSON.stringify(code === undefined ? {} : { code }));
}

let caller: Caller;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  caller = new Caller(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("after the load", () => {
  test("a job that is final in whatever way is asked for until it says so, and is well", async () => {
    const all = ["done", "later", "cancelled", "dead", "failed", "late"];

    expect(await astray(caller, all)).toEqual({ lost: [], open: [] });
    expect(all.map((job) => asked.get(`/jobs/${job}/result`))).toEqual([1, 3, 1, 1, 1, 1]);
  });

  test("a job that is not there is lost, one that does not end is open", async () => {
    const found = await astray(caller, ["stuck", "done", "gone"], 0);

    expect(found).toEqual({ lost: ["gone"], open: ["stuck"] });
  });

  test("both are faults, by their names", () => {
    const refused = { status: 503, code: "overloaded", hasRetryAfter: true, jobId: null, ms: 1 };
    const outcome: Outcome = {
      capacity: 1,
      rate: 5,
      seconds: 1,
      told: [refused],
      recovered: 0,
      process: null,
      astray: { lost: ["a"], open: ["b"] },
    };

    expect(faultsOf(outcome)).toEqual([
      "a was taken on and is lost",
      "b was taken on and is not final",
    ]);
  });
});
