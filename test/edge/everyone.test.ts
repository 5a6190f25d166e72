import { evictDurableObject, listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { jobId } from "../../src/core/job/job.ts";
import { deliver, type TestObject, until } from "./support.ts";
import {
  call,
  conditionalPolls,
  type Heard,
  impatientWaits,
  jobsWait,
  longPoll,
  resultWait,
  snapshotIn,
  socket,
  stream,
} from "./watchers.ts";

const EACH = 50;

/** Half of them from the start and without a break; the others come late, or come and go. */
const WAYS: readonly (readonly [way: string, early: Way, other: Way])[] = [
  ["long-poll", longPoll, conditionalPolls],
  ["result wait", resultWait, impatientWaits],
  ["/jobs/wait", jobsWait, late(jobsWait)],
  ["SSE stream", stream, (id) => stream(id, 4)],
  ["WebSocket", socket, (id) => socket(id, 3)],
];

type Way = (id: string) => Promise<Heard>;

function late(way: Way): Way {
  return async (id) => {
    await until(async () => (await seqOf(id)) > 8);
    return way(id);
  };
}

async function seqOf(id: string): Promise<number> {
  const { seq } = await (await call(`/jobs/${id}`)).json<{ seq: number }>();
  return seq;
}

/** A waited trigger tells the id at the end only; the first other watcher needs it now. */
async function idOfTheOnlyJob(): Promise<string> {
  for (;;) {
    const [id] = await listDurableObjectIds(env.JOBS);
    if (id !== undefined && (await call(`/jobs/${id}`)).status === 200) return id.toString();
    await scheduler.wait(1);
  }
}

test("everyone hears the same of one job, whichever way and whenever they ask", async () => {
  const body = JSON.stringify({ payload: { ms: 3000, steps: 10 }, wait: 30 });
  const triggered = call("/trigger/lab/work", { method: "POST", body });
  const id = await idOfTheOnlyJob();
  const object = { id: jobId(id), stub: env.JOBS.get(env.JOBS.idFromString(id)) } as TestObject;

  const all = WAYS.flatMap(([way, early, other]) =>
    Array.from({ length: EACH }, async (_, index) => ({
      way,
      ...(await (index % 2 === 0 ? early : other)(id)),
    })),
  );
  const worked = deliver([{ v: 1, job: id, step: "main", attempt: 1 }], "consumer");
  for (const seq of [6, 14]) {
    await until(async () => (await seqOf(id)) >= seq);
    await evictDurableObject(object.stub);
  }

  const heard = await Promise.all(all);
  const answered = await triggered;
  await worked;
  expect(answered.status).toBe(200);
  const finals = new Set([snapshotIn(await answered.json()), ...heard.map(({ final }) => final)]);
  expect(finals.size).toBe(1);
  expect(JSON.parse([...finals][0] ?? "")).toMatchObject({
    status: "succeeded",
    result: { text: "worked for 3000 ms" },
  });

  const logs = heard.flatMap(({ events }) => (events === undefined ? [] : [events]));
  expect(logs).toHaveLength(2 * EACH);
  const [first = []] = logs;
  expect(first.map(({ seq }) => seq)).toEqual(first.map((_, index) => index + 1));
  expect(new Set(logs.map((log) => JSON.stringify(log))).size).toBe(1);
});
