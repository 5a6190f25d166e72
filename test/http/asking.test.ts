import { describe, expect, test } from "vitest";
import { SECRET, useReceiver } from "./receiver.ts";
import { eventsOf, openStream, toldBy } from "./streams.ts";
import { useServer } from "./support.ts";

const CONFIG = `
callbacks:
  defaults: { max_attempts: 3, base_ms: 50, max_ms: 100 }
`;

const view = {
  title: "Which colour?",
  options: [
    { id: "blue", label: "Blue" },
    { id: "red", label: "Red" },
  ],
};
const schema = {
  type: "object",
  properties: { choice: { enum: ["blue", "red"] } },
  required: ["choice"],
};
const blue = { wait_id: "w1", action: "accept", values: { choice: "blue" } };

/** The same promises whoever runs the attempts; `lab/ask` is direct, so that `complete` asks for the other. */
describe.each(["object", "consumer"] as const)("a job that asks, run by the %s", (runner) => {
  const receiver = useReceiver();
  const server = useServer(
    {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      QUEUE_RUNNER: runner,
      CALLBACK_SECRET: SECRET,
    },
    null,
    { config: CONFIG },
  );

  const resume = (jobId: unknown, body: unknown, { query = "", headers = {} } = {}) =>
    server.call(`/jobs/${jobId}/resume${query}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  /** The id of a job that waits for an answer. */
  async function asked(payload: object = {}, options: object = {}): Promise<unknown> {
    const { status, body } = await server.trigger("lab/ask", {
      payload: { view, ...payload },
      wait: 20,
      ...options,
    });
    expect([status, body["kind"], body["status"]]).toEqual([200, "waiting", "waiting"]);
    return body["job_id"];
  }

  test("is an answer for who waits: what is asked, by which name, and until when", async () => {
    const answer = await server.trigger("lab/ask", { payload: { view }, wait: 20 });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        kind: "waiting",
        status: "waiting",
        phase: null,
        waits_for: null,
        attempt: 1,
        result: null,
        error: null,
        finished_at: null,
        wait: { wait_id: "w1", for: "input", view, schema, until: expect.any(String) },
        attempts: [{ attempt: 1, outcome: "asked" }],
      },
    });
    const { wait } = answer.body as { wait: { until: string } };
    const inMs = Date.parse(wait.until) - Date.now();
    expect(Math.round(inMs / 3_600_000)).toBe(24);
    const { kind: _kind, ...snapshot } = answer.body;
    expect((await server.get(`/jobs/${snapshot["job_id"]}`)).body).toEqual(snapshot);
  });

  test("is at rest for every way to wait, and not over", async () => {
    const jobId = await asked();

    const read = await server.get(`/jobs/${jobId}?wait=20`);
    expect(read).toMatchObject({ status: 200, body: { status: "waiting" } });
    expect(read.headers.get("retry-after")).toBeNull();
    expect(await server.get(`/jobs/${jobId}/result?wait=20`)).toMatchObject({
      status: 200,
      body: { kind: "waiting" },
    });
    const result = await server.get(`/jobs/${jobId}/result`);
    expect(result).toMatchObject({
      status: 409,
      body: {
        code: "job_not_finished",
        job_status: "waiting",
        detail: "The job waits for an answer: give it with POST /jobs/{id}/resume",
      },
    });
    const many = await server.call("/jobs/wait", {
      method: "POST",
      body: JSON.stringify({ job_ids: [jobId], timeout_ms: 300 }),
    });
    expect(many).toMatchObject({
      status: 200,
      body: { completed: [], pending: [{ status: "waiting" }], reason: "timeout" },
    });
  });

  test.each([
    { what: "in the body", body: { wait: 20 }, query: "", headers: {} },
    { what: "in the query", body: {}, query: "?wait=20", headers: {} },
    { what: "as a preference", body: {}, query: "", headers: { prefer: "wait=20" } },
  ])(
    "goes on with an answer, and whoever holds the line hears the result: $what",
    async (given) => {
      const jobId = await asked();

      const answer = await resume(jobId, { ...blue, ...given.body }, given);

      expect(answer).toMatchObject({
        status: 200,
        body: {
          kind: "result",
          job_id: jobId,
          status: "succeeded",
          attempt: 2,
          max_attempts: 4,
          wait: null,
          result: { text: '{"choice":"blue"}', output: { choice: "blue" } },
          attempts: [{ outcome: "asked" }, { outcome: "succeeded" }],
        },
      });
      expect(answer.headers.get("preference-applied")).toBe(given.headers.prefer ?? null);
    },
  );

  test("goes on with an answer, and who does not wait has the id at once", async () => {
    const jobId = await asked();
    const waiting = server.call("/jobs/wait", {
      method: "POST",
      body: JSON.stringify({ job_ids: [jobId] }),
    });

    const answer = await resume(jobId, blue);

    expect(answer).toMatchObject({ status: 202, body: { kind: "job", job_id: jobId, wait: null } });
    expect(answer.headers.get("location")).toBe(`${server.url()}/jobs/${jobId}`);
    expect(await waiting).toMatchObject({ body: { completed: [{ job_id: jobId }] } });
  });

  test("is resumed once by two who say the same at once, and both hear the result", async () => {
    const jobId = await asked();

    const [one, two] = await Promise.all([
      resume(jobId, { ...blue, wait: 20 }),
      resume(jobId, { ...blue, wait: 20 }),
    ]);

    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.text).toBe(one.text);
    const types = (await eventsOf(server, jobId)).map(({ type }) => type);
    expect(types.filter((type) => type === "job.resumed")).toHaveLength(1);
    expect(await resume(jobId, blue)).toMatchObject({ status: 202, body: { status: "succeeded" } });
  });

  test("is resumed by whoever was first, and who comes later is told so", async () => {
    const jobId = await asked();
    await resume(jobId, { ...blue, wait: 20 });

    expect(await resume(jobId, { wait_id: "w1", action: "decline" })).toMatchObject({
      status: 409,
      body: {
        code: "not_waiting",
        detail:
          'Somebody has answered already, over api: "accept". The job is succeeded and asks nothing: look at it with GET /jobs/{id}',
      },
    });
  });

  test.each([
    { what: "declines", action: "decline", status: 502, code: "job_failed" },
    { what: "cancels", action: "cancel", status: 409, code: "job_cancelled" },
  ])("has its values checked only where somebody accepts: who $what", async (cell) => {
    const jobId = await asked();

    expect(await resume(jobId, { wait_id: "w1", action: cell.action, wait: 20 })).toMatchObject({
      status: cell.status,
      body: { code: cell.code },
    });
  });

  test("fails when nobody answers, or goes on as its plugin said", async () => {
    const fails = await asked({ timeout_ms: 1 });
    const goesOn = await asked({
      timeout_ms: 1,
      on_timeout: { action: "accept", values: { choice: "red" } },
    });

    expect(await ended(fails)).toMatchObject({
      status: 502,
      body: {
        code: "job_failed",
        error: { code: "wait_timed_out", category: "wait_timed_out", retryable: false },
      },
    });
    expect(await ended(goesOn)).toMatchObject({
      status: 200,
      body: { result: { output: { choice: "red" } } },
    });
    expect(await resume(goesOn, blue)).toMatchObject({
      status: 409,
      body: {
        detail: expect.stringMatching(/^Nobody answered in time, which counts as "accept"\./),
      },
    });
  });

  test("breaks the protocol with a wait that is too long", async () => {
    const payload = { timeout_ms: 31 * 86_400_000 };

    expect(await server.trigger("lab/ask", { payload, wait: 20, max_attempts: 1 })).toMatchObject({
      status: 502,
      body: {
        error: {
          category: "protocol_fault",
          message: expect.stringContaining("wait.timeout_ms is 2678400000: at most"),
        },
      },
    });
  });

  test("is watched to its end by one stream, past the question", async () => {
    const jobId = await asked();
    const stream = await openStream(server, jobId);
    const told = toldBy(stream);

    await resume(jobId, blue);

    const events = (await told).map(({ event, data }) => ({ event, ...JSON.parse(data).data }));
    expect(events.map(({ event }) => event)).toEqual([
      "job.queued",
      "job.running",
      "job.running",
      "job.waiting",
      "job.resumed",
      "job.running",
      "job.running",
      "job.succeeded",
    ]);
    expect(events[3]).toMatchObject({
      wait_id: "w1",
      for: "input",
      until: expect.any(String),
      snapshot: { status: "waiting", wait: { wait_id: "w1", view } },
    });
    expect(events[4]).toMatchObject({
      wait_id: "w1",
      action: "accept",
      by: "api",
      snapshot: { wait: null, attempt: 2 },
    });
  });

  test("tells its callbacks: the question and the end, or each change of state", async () => {
    const end = `/asks-${runner}`;
    const states = `/asks-states-${runner}`;
    const jobId = await asked(
      {},
      { callback_url: receiver.url(end), state_webhook_url: receiver.url(states) },
    );
    await resume(jobId, blue);

    const told = await receiver.heard(end, 2);
    expect(told.map(({ body }) => body["type"])).toEqual(["job.waiting", "job.succeeded"]);
    expect(told[0]?.body).toMatchObject({ data: { status: "waiting", wait: { wait_id: "w1" } } });
    const words = await receiver.heard(states, 7);
    expect(words.map(({ body }) => body["state"])).toEqual([
      "queued",
      "loading",
      "working",
      "waiting",
      "loading",
      "working",
      "done",
    ]);
  });

  test("may ask from outside, through the queue, and more than once", async () => {
    const { body } = await server.trigger("lab/later", {});
    const jobId = body["job_id"];
    for (const wait_id of ["w1", "w2"]) {
      const token = await tokenOf(jobId);
      const asks = { protocol: 1, status: "ok", wait: { for: "input", view } };
      expect(await complete(jobId, token, asks)).toMatchObject({
        status: 200,
        body: { status: "waiting" },
      });
      expect(await resume(jobId, { ...blue, wait_id })).toMatchObject({ status: 202 });
    }

    const done = { protocol: 1, status: "ok", text: "done" };
    await complete(jobId, await tokenOf(jobId), done);

    expect(await ended(jobId)).toMatchObject({ status: 200, body: { attempt: 3 } });
  });

  const complete = (jobId: unknown, token: string, response: object) =>
    server.call(`/jobs/${jobId}/complete`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(response),
    });

  /** Of the attempt that runs, once it shows it. */
  async function tokenOf(jobId: unknown): Promise<string> {
    for (;;) {
      const { body } = await server.get(`/jobs/${jobId}`);
      const { message = "" } = (body["progress"] ?? {}) as { message?: string };
      const [token] = / [0-9a-f-]{36}$/.exec(message) ?? [];
      if (body["status"] === "running" && token !== undefined) return token.trim();
    }
  }

  /** What a waiting caller hears of a job that is not at rest, or will not be in a moment. */
  async function ended(jobId: unknown) {
    for (;;) {
      const answer = await server.get(`/jobs/${jobId}/result`);
      if (answer.body["code"] !== "job_not_finished") return answer;
    }
  }
});
