import { expect, test } from "vitest";
import { useServer } from "./support.ts";

const RESET_MS = 3000;
const CONFIG = `
plugins:
  lab:
    breaker: { threshold: 3, reset_ms: ${RESET_MS}, scope: all }
`;

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" }, null, {
  config: CONFIG,
});

const tries = (command: string, payload: object) =>
  server.trigger(`lab/${command}?wait=20`, { payload, max_attempts: 1 });

test("500 triggers, one after another, call a dead command at most 4 times a period", async () => {
  const calledAt: number[] = [];
  for (let trigger = 0; trigger < 500; trigger += 1) {
    const { status, body, headers } = await tries("throw", { message: "Down" });
    if (status === 502) {
      calledAt.push(Date.parse(String(body["finished_at"])));
    } else {
      expect([status, body["code"]]).toEqual([503, "breaker_open"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    }
  }

  expect(calledAt.length).toBeGreaterThanOrEqual(3);
  for (const from of calledAt) {
    const within = calledAt.filter((at) => at >= from && at < from + RESET_MS);
    expect(within.length).toBeLessThanOrEqual(4);
  }
});

test("a command that is well again is back by its first probe, and shown as closed", async () => {
  for (let failures = 0; failures < 3; failures += 1) await tries("flaky", { failures: 1 });
  const stopped = await tries("flaky", { failures: 0 });
  expect(stopped.status).toBe(503);
  expect(stopped.body["type"]).toBe(`${server.url()}/docs/errors/breaker_open`);
  expect((await server.get("/docs/errors/breaker_open")).status).toBe(200);

  let answer = stopped;
  while (answer.status === 503) answer = await tries("flaky", { failures: 0 });

  expect(answer.status).toBe(200);
  expect((await tries("flaky", { failures: 0 })).status).toBe(200);
});

test("a reset lets the next trigger through at once", async () => {
  await server.call("/plugins/lab/throw/breaker/reset", { method: "POST" });
  for (let failures = 0; failures < 3; failures += 1) await tries("throw", { message: "Down" });
  expect((await tries("throw", { message: "Down" })).status).toBe(503);

  await server.call("/plugins/lab/throw/breaker/reset", { method: "POST" });

  expect((await tries("throw", { message: "Down" })).status).toBe(502);
});

test("an open breaker stops a retry as well, and gives who asks for what is there what is there", async () => {
  const done = await server.trigger("lab/flaky", {
    payload: { failures: 0 },
    dedupe_key: "there-already",
    wait: 20,
  });
  const failed: unknown[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { body } = await tries("flaky", { failures: 9 });
    failed.push(body["job_id"]);
  }

  const retry = await server.call(`/jobs/${failed[0]}/retry`, { method: "POST" });
  expect(retry).toMatchObject({ status: 503, body: { code: "breaker_open" } });
  expect(
    await server.trigger("lab/flaky", { dedupe_key: "new", payload: { failures: 0 } }),
  ).toMatchObject({ status: 503 });
  const same = { payload: { failures: 0 }, dedupe_key: "there-already" };
  expect(await server.trigger("lab/flaky", same)).toMatchObject({
    status: 200,
    body: { job_id: done.body["job_id"], deduplicated: true },
  });
  // From now on that key stands for that job as well, whatever the breaker does.
  const key = { "idempotency-key": "for-what-is-there" };
  const first = await server.trigger("lab/flaky", same, key);
  await server.call("/plugins/lab/flaky/breaker/reset", { method: "POST" });
  const again = await server.trigger("lab/flaky", same, key);
  expect([first, again].map(({ body }) => body["job_id"])).toEqual([
    done.body["job_id"],
    done.body["job_id"],
  ]);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await server.call(`/jobs/${failed[0]}/retry`, { method: "POST" })).toMatchObject({
    status: 202,
    body: { retry_of: failed[0] },
  });
});
