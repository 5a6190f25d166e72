import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { deliver, until } from "./support.ts";
import { call } from "./watchers.ts";

type Job = { readonly status: string; readonly error: { readonly message: string } | null };

const known = new Set<string>();

/** The job that a trigger has just made: its caller will never be told the id. */
async function idOfTheNewJob(): Promise<string> {
  for (;;) {
    for (const each of await listDurableObjectIds(env.JOBS)) {
      const id = each.toString();
      if (known.has(id) || (await call(`/jobs/${id}`)).status !== 200) continue;
      known.add(id);
      return id;
    }
    await scheduler.wait(1);
  }
}

async function jobOf(id: string): Promise<Job> {
  return (await call(`/jobs/${id}`)).json();
}

/** Triggers a job and returns what a caller can do: hang up before there is an answer. */
async function heldTrigger(path: string, body: object) {
  const caller = new AbortController();
  const answer = call(`/trigger/${path}`, {
    method: "POST",
    body: JSON.stringify({ wait: 30, ...body }),
    signal: caller.signal,
  });
  const hungUp = answer.then(
    () => "answered",
    () => "hung up",
  );
  return { id: await idOfTheNewJob(), hangUp: () => caller.abort(), hungUp };
}

const WAYS = [
  { dispatch: "direct", path: "lab/sleep" },
  { dispatch: "queue", path: "lab/work" },
] as const;

describe.each(WAYS)(
  "a caller who hangs up before there is an answer, $dispatch",
  ({ dispatch, path }) => {
    test("has the job cancelled if they asked for it", async () => {
      const payload = { ms: 20_000 };
      const caller = await heldTrigger(path, { payload, on_disconnect: "cancel" });

      caller.hangUp();

      expect(await caller.hungUp).toBe("hung up");
      await until(async () => (await jobOf(caller.id)).status === "cancelled");
      expect((await jobOf(caller.id)).error?.message).toContain("hung up");
    });

    test("costs the job nothing otherwise", async () => {
      const caller = await heldTrigger(path, { payload: { ms: 300 } });

      caller.hangUp();
      expect(await caller.hungUp).toBe("hung up");

      if (dispatch === "queue") {
        await deliver([{ v: 1, job: caller.id, step: "main", attempt: 1 }], "consumer");
      }
      await until(async () => (await jobOf(caller.id)).status === "succeeded");
    });
  },
);

describe("a caller who hangs up while they read the events", () => {
  async function streamed(body: object) {
    const response = await call("/trigger/lab/sleep", {
      method: "POST",
      headers: { accept: "text/event-stream" },
      body: JSON.stringify(body),
    });
    const id = response.headers.get("location")?.split("/").at(-1) ?? "";
    const reader = response.body?.getReader();
    await reader?.read();
    return { id, hangUp: () => reader?.cancel() };
  }

  test("has the job cancelled if they asked for it", async () => {
    const caller = await streamed({ payload: { ms: 20_000 }, on_disconnect: "cancel" });

    await caller.hangUp();

    await until(async () => (await jobOf(caller.id)).status === "cancelled");
  });

  test("costs the job nothing otherwise", async () => {
    const caller = await streamed({ payload: { ms: 200 } });

    await caller.hangUp();

    await until(async () => (await jobOf(caller.id)).status === "succeeded");
  });
});

test("a caller who was answered cancels nothing by leaving", async () => {
  const caller = new AbortController();
  const answer = await call("/trigger/lab/sleep", {
    method: "POST",
    body: JSON.stringify({ payload: { ms: 400 }, wait: 0.05, on_disconnect: "cancel" }),
    signal: caller.signal,
  });
  const { job_id: id } = await answer.json<{ job_id: string }>();

  caller.abort();

  await until(async () => (await jobOf(id)).status === "succeeded");
  expect(answer.status).toBe(202);
});
