import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

const view = { options: [{ id: "blue" }, { id: "red" }] };
const blue = { wait_id: "w1", action: "accept", values: { choice: "blue" } };

const resume = (jobId: unknown, body: unknown, { query = "", headers = {} } = {}) =>
  server.call(`/jobs/${jobId}/resume${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** The id of a job that waits for an answer. */
async function asked(payload: object = {}): Promise<unknown> {
  const { body } = await server.trigger("lab/ask", { payload: { view, ...payload }, wait: 20 });
  expect(body["kind"]).toBe("waiting");
  return body["job_id"];
}

describe.concurrent("a job that asks", () => {
  test("takes no answer to a question that it does not ask", async () => {
    const jobId = await asked();
    const running = await server.trigger("lab/echo", { delay: 3600 });

    expect(await resume(jobId, { ...blue, wait_id: "w2", values: { choice: 7 } })).toMatchObject({
      status: 409,
      body: {
        code: "stale_wait",
        detail: "The job asks something else now: read its 'wait' and answer that",
      },
    });
    expect(await resume(running.body["job_id"], blue)).toMatchObject({
      status: 409,
      body: {
        code: "not_waiting",
        detail: expect.stringMatching(/^The job is queued and asks nothing/),
      },
    });
    expect(await resume("0".repeat(64), blue)).toMatchObject({ status: 404 });
    expect(await server.get("/docs/errors/stale_wait")).toMatchObject({ status: 200 });
    expect(await server.get(`/jobs/${jobId}`)).toMatchObject({ body: { status: "waiting" } });
  });

  test.each([
    {
      what: "values that do not fit what was asked",
      body: { ...blue, values: { choice: "green" } },
      errors: [{ path: "values.choice" }],
    },
    {
      what: "no values where some are required",
      body: { wait_id: "w1", action: "accept" },
      errors: [{ path: "values.choice", message: "Is required" }],
    },
    {
      what: "everything at once",
      body: { wait_id: "w1", action: "accept", values: {}, wiat: 1, wait: 301 },
      query: "?x=1",
      headers: { prefer: "wait=999" },
      errors: [
        { path: "wait" },
        { path: "wiat", message: 'Unknown key: did you mean "wait"?' },
        { path: "query.x" },
        { path: "Prefer" },
        { path: "values.choice" },
      ],
    },
    {
      what: "no body",
      body: {},
      errors: [{ path: "wait_id" }, { path: "action" }],
    },
    { what: "no object", body: [1], errors: [{ path: "body" }] },
    {
      what: "a number that nobody can write",
      body: '{"wait_id":"w1","action":"decline","values":{"a":1e400}}',
      errors: [{ path: "values.a" }],
    },
    {
      what: "more values than a job can carry",
      body: { wait_id: "w1", action: "decline", values: { a: "x".repeat(65_536) } },
      errors: [{ path: "values", message: "Must be at most 65536 bytes of JSON" }],
    },
  ])("changes nothing by an answer with faults: $what", async ({ body, errors, ...given }) => {
    const jobId = await asked();

    const answer = await resume(jobId, body, given);

    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request" } });
    expect(answer.body["errors"]).toEqual(errors.map((error) => expect.objectContaining(error)));
    expect(await server.get(`/jobs/${jobId}`)).toMatchObject({ body: { status: "waiting" } });
  });

  test("may be asked by a schema that nobody can check by: the plugin has to look for itself", async () => {
    const broken = { $id: "http://[", properties: { a: { type: "string" } } };
    const jobId = await asked({ schema: broken });

    expect(await resume(jobId, { ...blue, values: { a: 7 }, wait: 20 })).toMatchObject({
      status: 200,
      body: { result: { output: { a: 7 } } },
    });
    expect(server.logged.join("\n")).toContain("resume.schema_unusable");
  });
});
