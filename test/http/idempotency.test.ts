import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useServer, useTally } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { plugins: useTally() });

const CALLERS = 100;

function trigger(path: string, body: unknown, key: string) {
  return server.trigger(path, body, { "idempotency-key": key });
}

describe("100 callers with one Idempotency-Key", () => {
  test.each([
    { what: "who wait", options: { wait: 20 }, status: 200, bodies: 1 },
    { what: "who do not", options: {}, status: 202, bodies: null },
  ])("make one job and one call of the plugin: $what", async ({ options, status, bodies }) => {
    const key = randomUUID();
    const body = { payload: { word: key, ms: 100 }, ...options };

    const answers = await Promise.all(
      Array.from({ length: CALLERS }, () => trigger("tally/count", body, key)),
    );
    const next = await server.trigger("tally/count", { payload: { word: key }, wait: 20 });

    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
    expect(new Set(answers.map((answer) => answer.body["job_id"])).size).toBe(1);
    if (bodies !== null) expect(new Set(answers.map(({ text }) => text)).size).toBe(bodies);
    const replayed = answers.filter(({ headers }) => headers.get("idempotent-replayed") === "true");
    expect(replayed).toHaveLength(CALLERS - 1);
    expect(next.body).toMatchObject({ result: { text: "call 2" } });
  });
});

describe("the same Idempotency-Key", () => {
  test("gets the answer that the first request would get now, whatever it is", async () => {
    const key = randomUUID();
    const body = { payload: { failures: 9, retry: false }, wait: 20 };

    const first = await trigger("lab/flaky", body, key);
    const again = await trigger("lab/flaky", body, key);

    expect([again.status, again.text]).toEqual([502, first.text]);
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });

  test("may be asked with more patience, and with its JSON in another order", async () => {
    const key = randomUUID();

    const first = await trigger("lab/sleep", '{"payload":{"ms":50,"text":"a"},"tags":["x"]}', key);
    const again = await trigger(
      "lab/sleep?wait=20",
      ' { "tags" : ["x"], "payload" : { "text":"a", "ms":5e1 } } ',
      key,
    );

    expect(again).toMatchObject({ status: 200, body: { job_id: first.body["job_id"] } });
  });

  test("is the same with quotes around it, and with what they escape", async () => {
    const key = `${randomUUID()} "and" \\ more`;
    const quoted = `"${key.replaceAll(/["\\]/g, "\\$&")}"`;

    const first = await trigger("lab/echo", {}, key);
    const again = await trigger("lab/echo", {}, quoted);

    expect(again.body["job_id"]).toBe(first.body["job_id"]);
  });

  test.each([
    { what: "another payload", path: "lab/echo", body: { payload: { n: 2 } } },
    { what: "another option", path: "lab/echo", body: { payload: { n: 1 }, wait: 1 } },
    { what: "another command", path: "lab/poke", body: { payload: { n: 1 } } },
    { what: "another command that waits", path: "lab/sleep?wait=9", body: { payload: { ms: 1 } } },
  ])("is refused for another request: $what", async ({ path, body }) => {
    const key = randomUUID();
    const first = await trigger("lab/echo", { payload: { n: 1 } }, key);

    const refused = await trigger(path, body, key);
    const again = await trigger("lab/echo", { payload: { n: 1 } }, key);

    expect(refused).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(again.body["job_id"]).toBe(first.body["job_id"]);
  });

  test("on an alias is another request", async () => {
    const key = randomUUID();
    await trigger("lab/echo", {}, key);
    const init = { method: "POST", body: "{}", headers: { "idempotency-key": key } };

    expect(await server.call("/plugin/lab/echo", init)).toMatchObject({ status: 422 });
  });

  test("streams the events of the first job from the beginning", async () => {
    const key = randomUUID();
    const first = await trigger("lab/echo", { payload: { text: "a" }, wait: 20 }, key);

    const again = await server.trigger(
      "lab/echo",
      { payload: { text: "a" }, wait: 20 },
      { "idempotency-key": key, accept: "text/event-stream" },
    );

    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("location")).toContain(String(first.body["job_id"]));
    expect(again.text).toMatch(/^retry: 2000[\s\S]*id: 1\n[\s\S]*event: job\.succeeded/);
  });

  test("of fire and forget is acknowledged again", async () => {
    const key = randomUUID();

    const first = await trigger("lab/poke", {}, key);
    const again = await trigger("lab/poke", {}, key);

    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(again.body).toEqual({ kind: "ack", job_id: expect.any(String) });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });

  test("has nothing to do where no job is made", async () => {
    const key = randomUUID();

    const answers = [
      await trigger("lab/now", { payload: { text: "a" } }, key),
      await trigger("lab/now", { payload: { text: "b" } }, key),
    ];

    expect(answers.map(({ status, body }) => [status, body["job_id"]])).toEqual([
      [200, null],
      [200, null],
    ]);
  });

  test("is not used up by a request that was refused", async () => {
    const key = randomUUID();
    const refused = [
      await trigger("lab/sleep", { payload: {} }, key),
      await trigger("lab/ehco", {}, key),
      await trigger("lab/echo", '{"payload":', key),
      await trigger("lab/echo", { wait: 301 }, key),
    ];

    const first = await trigger("lab/echo", {}, key);

    expect(refused.map(({ status }) => status)).toEqual([422, 404, 400, 422]);
    expect(first.status).toBe(202);
    expect(first.headers.has("idempotent-replayed")).toBe(false);
  });
});

describe("where only one may wait", () => {
  const narrow = useServer({ HOLDLINE_ANONYMOUS: "admin", HOLDLINE_WAITERS_MAX: "1" });

  test("a caller who is sent away has not used the key up", async () => {
    const init = {
      method: "POST",
      body: '{"payload":{"ms":20000}}',
      headers: { accept: "text/event-stream" },
    };
    const stream = await fetch(`${narrow.url()}/trigger/lab/sleep`, init);
    const key = { "idempotency-key": randomUUID() };

    const sentAway = await narrow.trigger("lab/echo?wait=5", {}, key);
    const first = await narrow.trigger("lab/echo", {}, key);
    await stream.body?.cancel();

    expect([sentAway.status, first.status]).toEqual([503, 202]);
    expect(first.headers.has("idempotent-replayed")).toBe(false);
  });
});

describe("the form of an Idempotency-Key", () => {
  test.each([
    { what: "one character", key: "k", status: 202 },
    { what: "255 characters", key: "k".repeat(255), status: 202 },
    { what: "255 in quotes", key: `"${"q".repeat(255)}"`, status: 202 },
    { what: "punctuation", key: "order/42, take|2; ~", status: 202 },
    { what: "256 characters", key: "k".repeat(256), status: 422 },
    { what: "256 in quotes", key: `"${"q".repeat(256)}"`, status: 422 },
    { what: "nothing", key: "", status: 422 },
    { what: "nothing in quotes", key: '""', status: 422 },
    { what: "a quote that is not closed", key: '"abc', status: 422 },
    { what: "something behind the quotes", key: '"abc";x=1', status: 422 },
    { what: "what quotes cannot escape", key: '"a\\b"', status: 422 },
    { what: "letters beyond ASCII", key: "clé", status: 422 },
    { what: "a tab", key: "a\tb", status: 422 },
  ])("$status: $what", async ({ key, status }) => {
    const answers = [await trigger("lab/echo", {}, key), await trigger("lab/now", {}, key)];

    const [job, immediate] = answers;
    expect(job?.status).toBe(status);
    expect(immediate?.status).toBe(status === 202 ? 200 : 422);
    if (status === 202) return;
    expect(job?.body).toMatchObject({
      code: "invalid_request",
      errors: [
        {
          path: "Idempotency-Key",
          message: "Must be 1 to 255 printable ASCII characters, bare or as a quoted string",
        },
      ],
    });
  });
});
