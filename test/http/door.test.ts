import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

const PROTECTED = [
  { method: "POST", path: "/trigger/lab/echo" },
  { method: "POST", path: "/trigger/digest" },
  { method: "POST", path: "/plugin/lab/echo" },
  { method: "POST", path: "/pipeline/digest" },
  { method: "GET", path: "/jobs/x" },
  { method: "GET", path: "/jobs/x/result" },
  { method: "GET", path: "/plugins" },
];

/** Node's fetch sets Host and Sec-Fetch-Site itself, so these go out by hand. */
function raw(
  url: string,
  { method, path, headers }: { method: string; path: string; headers: Record<string, string> },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers }, (incoming) => {
      let body = "";
      incoming.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
    });
    outgoing.on("error", reject);
    outgoing.end(method === "POST" ? "{}" : undefined);
  });
}

describe("without HOLDLINE_ANONYMOUS", () => {
  const server = useServer({});

  test.each(PROTECTED)("401: $method $path", async ({ method, path }) => {
    const answer = await server.call(path, { method });

    expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized", status: 401 } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="holdline"');
  });

  test.each(["Bearer abc", "Bearer", "Basic YTpi", "bearer x,y"])(
    "401: a made-up token opens nothing (%s)",
    async (authorization) => {
      const answer = await server.call("/plugins", { headers: { authorization } });

      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe(
        'Bearer realm="holdline", error="invalid_token"',
      );
    },
  );

  test("health and the error pages need no token", async () => {
    expect((await server.get("/healthz")).status).toBe(200);
    expect((await server.get("/docs/errors/unauthorized")).status).toBe(200);
  });
});

describe("with HOLDLINE_ANONYMOUS=admin", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin" });

  test.each(["evil.example", "evil.example:8787", "127.0.0.1.evil.example", "10.0.0.5"])(
    "401: a caller who names this machine %s comes from outside",
    async (host) => {
      const answer = await raw(server.url(), {
        method: "GET",
        path: "/plugins",
        headers: { host },
      });

      expect(answer.status).toBe(401);
    },
  );

  test.each(["localhost", "localhost:9999", "127.0.0.1", "[::1]:8787", "dev.localhost"])(
    "200: a caller who names it %s",
    async (host) => {
      const answer = await raw(server.url(), {
        method: "GET",
        path: "/plugins",
        headers: { host },
      });

      expect(answer.status).toBe(200);
    },
  );

  test.each([
    { what: "another site's page", headers: { "sec-fetch-site": "cross-site" }, status: 403 },
    { what: "a sibling's page", headers: { "sec-fetch-site": "same-site" }, status: 403 },
    { what: "an old browser's page", headers: { origin: "https://evil.example" }, status: 403 },
    { what: "a page without an origin", headers: { origin: "null" }, status: 403 },
    { what: "its own page", headers: { "sec-fetch-site": "same-origin" }, status: 202 },
    { what: "the address bar", headers: { "sec-fetch-site": "none" }, status: 202 },
    { what: "no browser", headers: {}, status: 202 },
  ])("$status: a trigger from $what", async ({ headers, status }) => {
    const answer = await raw(server.url(), {
      method: "POST",
      path: "/trigger/lab/echo",
      headers: headers as Record<string, string>,
    });

    expect(answer.status).toBe(status);
  });
});

describe("what every answer has", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin" });

  test.each(["/healthz", "/plugins", "/nowhere", "/jobs/x", "/docs/errors/job_dead"])(
    "%s is for this caller only, and is what its type says",
    async (path) => {
      const { headers } = await server.get(path);

      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  test("nothing internal in an answer that the gateway's configuration breaks", async () => {
    const { body, text } = await server.get("/jobs/x");

    expect(body).toEqual({
      type: `${server.url()}/docs/errors/job_not_found`,
      title: "There is no such job",
      status: 404,
      detail: "The id was never given out, or the job is past its retention",
      code: "job_not_found",
    });
    expect(text).not.toContain("stack");
  });
});

describe("a gateway whose own variables are wrong", () => {
  const server = useServer({ QUEUE_RUNNER: "somewhere" });

  test("500: tells callers nothing, and the log everything", async () => {
    const answer = await server.get("/plugins");

    expect(answer).toMatchObject({
      status: 500,
      body: { code: "internal_error", detail: "It has been logged" },
    });
    expect(answer.text).not.toContain("QUEUE_RUNNER");
    expect(server.logged.join("\n")).toContain("Cannot use the environment: QUEUE_RUNNER");
  });
});
