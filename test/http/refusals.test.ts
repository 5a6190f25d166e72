import { describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../src/http/body.ts";
import { PROBLEMS } from "../../src/http/problem.ts";
import { useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin" });

const UNSIGNED = "Cannot be signed here. The variable CALLBACK_SECRET is not set";

function post(
  path: string,
  body: NonNullable<RequestInit["body"]>,
  headers: Record<string, string> = {},
) {
  return server.call(path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
}

describe("a body that cannot be read", () => {
  test.each([
    { what: "no JSON", body: '{"payload":', status: 400, code: "body_not_json" },
    { what: "a comma too many", body: '{"wait":1,}', status: 400, code: "body_not_json" },
    {
      what: "bytes that are no UTF-8",
      body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
      status: 400,
      code: "body_not_utf8",
    },
    {
      what: "65 levels",
      body: `{"payload":{"a":${"[".repeat(63)}${"]".repeat(63)}}}`,
      status: 422,
      code: "body_too_deep",
    },
    { what: "a million brackets", body: "[".repeat(1_000_000), status: 422, code: "body_too_deep" },
    {
      what: "too many bytes",
      body: `{"payload":{"text":"${"x".repeat(BODY_BYTES_MAX)}"}}`,
      status: 413,
      code: "body_too_large",
    },
    {
      what: "numbers that get too long",
      body: `{"payload":{"a":[${"1e20,".repeat(60_000)}1]}}`,
      status: 413,
      code: "body_too_large",
    },
  ])("is refused: $what", async ({ body, status, code }) => {
    const answer = await post("/trigger/lab/echo", body);

    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: `${server.url()}/docs/errors/${code}`,
      status,
      code,
      title: PROBLEMS[code as keyof typeof PROBLEMS].title,
      detail: expect.any(String),
    });
  });

  test("is refused when it comes in pieces and without a length", async () => {
    const piece = new TextEncoder().encode("x".repeat(100_000));
    let left = 12;
    const body = new ReadableStream({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(piece);
      },
    });

    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    const answer = await server.call("/trigger/lab/echo", init);

    expect(answer).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  test("is read to the last byte of its limit, and to its 64th level", async () => {
    const [start, end] = ['{"payload":{"ms":0,"text":"', '"}}'];
    const full = `${start}${"x".repeat(BODY_BYTES_MAX - start.length - end.length)}${end}`;
    const deep = `{"wait":true,"payload":{"a":${"[".repeat(62)}${"]".repeat(62)}}}`;

    const statuses = [
      (await post("/trigger/lab/sleep", full)).status,
      (await post("/trigger/lab/sleep", `${full} `)).status,
      (await post("/trigger/lab/echo", deep)).status,
    ];

    expect(statuses).toEqual([202, 413, 200]);
  });
});

describe("a request with faults", () => {
  test("hears of all of them at once, each with its place", async () => {
    const answer = await post(
      "/trigger/lab/flaky?timeout=0&colour=red&delay=5&wait=1&async=true",
      JSON.stringify({
        payload: { failures: "two", retry: "yes", code: 7 },
        wait: 301,
        timeout: 121,
        max_attempts: 21,
        tags: ["a", 1],
        metadata: { text: "x".repeat(4096) },
        callback_url: "ftp://example.com",
        callbakc_url: "https://example.com",
      }),
      { prefer: "wait=900" },
    );

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: "invalid_request",
      detail: "The request has 15 faults: nothing was done",
      errors: [
        { path: "wait", message: "Must be true, false or seconds from 0 to 300" },
        { path: "max_attempts", message: "Too big: expected number to be <=20" },
        { path: "tags[1]", message: "Invalid input: expected string, received number" },
        { path: "metadata", message: "Must be at most 4096 bytes of JSON" },
        { path: "callbakc_url", message: 'Unknown key: did you mean "callback_url"?' },
        { path: "query.timeout", message: "Too small: expected number to be >0" },
        { path: "query.colour", message: "Unknown key" },
        { path: "query.async", message: "Give wait or async, not both" },
        { path: "Prefer", message: "wait must be at most 300 seconds" },
        { path: "timeout", message: "Must be at most 120 seconds, the command's own limit" },
        { path: "payload.failures", message: 'Type "string" is invalid. Expected "integer"' },
        { path: "payload.retry", message: 'Type "string" is invalid. Expected "boolean"' },
        { path: "payload.code", message: 'Type "number" is invalid. Expected "string"' },
        { path: "callback_url", message: UNSIGNED },
        { path: "callback_url", message: "Must begin with https:// (scheme)" },
      ],
    });
  });

  test.each([
    { what: "an array", body: "[]", errors: [{ path: "body" }] },
    { what: "a payload that is no object", body: '{"payload":[]}', errors: [{ path: "payload" }] },
    {
      what: "more time than the command allows itself",
      body: '{"timeout":121}',
      errors: [
        { path: "timeout", message: "Must be at most 120 seconds, the command's own limit" },
      ],
    },
    {
      what: "more time by query, beside another fault",
      path: "/trigger/lab/echo?timeout=121&wait=301",
      errors: [{ path: "query.wait" }, { path: "query.timeout" }],
    },
    {
      what: "wait and async in one query",
      path: "/trigger/lab/echo?wait=1&async=true",
      errors: [{ path: "query.async", message: "Give wait or async, not both" }],
    },
    {
      what: "one option twice",
      path: "/trigger/lab/echo?wait=1&wait=2",
      errors: [{ path: "query.wait" }],
    },
    {
      what: "numbers that are infinite to whoever reads them",
      body: '{"payload":{"a":[1,{"b":1e400}],"c":-1e400},"metadata":{"d":1e999}}',
      errors: [
        { path: "payload.a[1].b", message: "Must be a number of at most 1.7976931348623157e+308" },
        { path: "payload.c" },
        { path: "metadata.d" },
      ],
    },
    {
      what: "tags and metadata of a query that are none",
      path: `/trigger/lab/echo?tags=&tags=b&metadata=${"[".repeat(5000)}`,
      errors: [
        { path: "query.tags[0]", message: "Too small: expected string to have >=1 characters" },
        { path: "query.metadata", message: "Must be an object" },
      ],
    },
    {
      what: "metadata of a query that nobody could write again",
      path: '/trigger/lab/echo?metadata={"n":1e400}',
      errors: [{ path: "query.metadata.n" }],
    },
    {
      what: "seconds by the billion, and a wait that is no number",
      path: "/trigger/lab/echo?wait=soon&timeout=true",
      prefer: "wait=99999999999",
      errors: [
        { path: "query.wait", message: "Must be true, false or seconds from 0 to 300" },
        { path: "query.timeout", message: "Invalid input: expected number, received boolean" },
        { path: "Prefer", message: "wait must be at most 300 seconds" },
      ],
    },
    {
      what: "a required key missing",
      path: "/trigger/lab/sleep",
      errors: [{ path: "payload.ms", message: "Is required" }],
    },
  ])("is refused: $what", async ({ path = "/trigger/lab/echo", body = "{}", prefer, errors }) => {
    const answer = await post(path, body, prefer === undefined ? {} : { prefer });

    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request", errors } });
  });

  test("hears of at most 100, and how many more there are", async () => {
    const unknown = Array.from({ length: 200 }, (_, index) => [`key${index}`, 1]);

    const answer = await post("/trigger/lab/echo", JSON.stringify(Object.fromEntries(unknown)));

    const { errors } = answer.body as { errors: unknown[] };
    expect(errors).toHaveLength(101);
    expect(errors.at(-1)).toEqual({ path: "", message: "100 more faults are not listed" });
  });

  test.each([
    { option: "callback_url", body: { callback_url: "https://example.com/hook" } },
    { option: "state_webhook_url", body: { state_webhook_url: "https://example.com/hook" } },
    { option: "callbacks", body: { callbacks: [{ url: "https://example.com/hook" }] } },
  ])("is told that $option could not be signed, where no secret is set", async (row) => {
    const answer = await post("/trigger/lab/echo", JSON.stringify(row.body));

    const path = row.option === "callbacks" ? "callbacks[0]" : row.option;
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "invalid_request", errors: [{ path, message: UNSIGNED }] },
    });
  });

  test("may say what happens anyway", async () => {
    const body = JSON.stringify({ on_disconnect: "continue", on_timeout: "continue", wait: true });

    expect((await post("/trigger/lab/echo", body)).status).toBe(200);
  });
});

describe("a name or a path that is not there", () => {
  test.each([
    { path: "/trigger/lba/echo", code: "unknown_plugin", hint: 'did you mean "lab"?' },
    { path: "/trigger/lab/ehco", code: "unknown_command", hint: 'did you mean "echo"?' },
    { path: "/trigger/lab/__proto__", code: "unknown_command", hint: "no command '__proto__'" },
    { path: "/trigger/lab/constructor", code: "unknown_command", hint: "no command" },
    { path: "/trigger/text", code: "unknown_pipeline", hint: "/trigger/text/stats" },
    { path: "/trigger/labb", code: "unknown_pipeline", hint: 'did you mean "lab"?' },
    { path: "/trigger/digest", code: "unknown_pipeline", hint: "no pipeline 'digest'" },
    { path: "/pipeline/digest", code: "unknown_pipeline", hint: "no pipeline 'digest'" },
    { path: "/plugin/lab/ehco", code: "unknown_command", hint: 'did you mean "echo"?' },
    { path: "/triger/lab/echo", code: "not_found", hint: "/triger/lab/echo" },
    { path: "/trigger/lab/echo/", code: "not_found", hint: "/trigger/lab/echo/" },
  ])("404: POST $path", async ({ path, code, hint }) => {
    const answer = await post(path, "{}");

    expect(answer).toMatchObject({ status: 404, body: { code } });
    expect(answer.body["detail"]).toContain(hint);
  });

  test.each([
    { what: "made up", id: "nope" },
    { what: "of the right form", id: "0123456789abcdef".repeat(4) },
    { what: "SQL", id: "');DROP TABLE jobs;--" },
    { what: "a path", id: "x%2f..%2fplugins" },
  ])("404: a job id that is $what", async ({ id }) => {
    for (const path of [`/jobs/${id}`, `/jobs/${id}/result`]) {
      const answer = await server.get(path);
      expect(answer).toMatchObject({ status: 404, body: { code: "job_not_found" } });
    }
  });

  test.each([
    { method: "GET", path: "/trigger/lab/echo", allow: "POST" },
    { method: "DELETE", path: "/jobs/x", allow: "GET, HEAD" },
    { method: "POST", path: "/healthz", allow: "GET, HEAD" },
    { method: "PUT", path: "/plugins", allow: "GET, HEAD" },
  ])("405: $method $path", async ({ method, path, allow }) => {
    const answer = await server.call(path, { method });

    expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(answer.headers.get("allow")).toBe(allow);
  });
});

describe("hostile JSON", () => {
  test("with the names of JavaScript's own machinery is data, and stays data", async () => {
    const payload = '{"text":"x","__proto__":{"admin":true},"constructor":{"prototype":{"y":1}}}';

    const answer = await post("/trigger/lab/echo", `{"wait":true,"payload":${payload}}`);
    const next = await post("/trigger/lab/echo", '{"wait":true,"payload":{}}');

    const { result } = answer.body as { result: { output: object } };
    expect(Object.keys(result.output)).toContain("constructor");
    expect(next.text).not.toContain("admin");
  });

  test("with lone surrogates and NULs comes back as it went", async () => {
    const payload = { text: "a\ud800b\u0000c", n: 1e308 };

    const answer = await post("/trigger/lab/echo", JSON.stringify({ wait: true, payload }));

    expect(answer.body).toMatchObject({ result: { text: payload.text, output: payload } });
  });
});
