import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

const github = "profile: github, secret: HOOK_GITHUB";
const CONFIG = `
plugins:
  lab: { breaker: { threshold: 1, reset_ms: 3600000, scope: all } }
hooks:
  github: { ${github}, run: lab/echo }
  login: { ${github}, run: lab/echo, wait: 20, get: true }
  login-slow: { ${github}, run: lab/sleep, payload: { ms: 20000 }, wait: 0.2, get: true }
  login-fails: { ${github}, run: lab/flaky, payload: { failures: 9, retry: false }, wait: 20, get: true }
`;

const server = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { config: CONFIG });

const open = (path: string) => server.call(`/in/${path}`, { redirect: "manual" });

describe("a browser that is sent to a hook", () => {
  const to = (url: string) => `login?text=Hello&redirect_url=${encodeURIComponent(url)}`;

  test("gets the text of the result", async () => {
    const { status, headers, text } = await open("login?text=You%20are%20in");

    expect([status, text]).toEqual([200, "You are in\n"]);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test.each([
    "https://app.example.com/welcome?a=1",
    "http://localhost:3000/",
    "http://127.0.0.1/x",
  ])("is led to where the result says: %s", async (url) => {
    const { status, headers } = await open(to(url));

    expect([status, headers.get("location")]).toEqual([303, url]);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test.each([
    "http://app.example.com/",
    "javascript:alert(1)",
    "//app.example.com",
    "/jobs",
    "data:,x",
  ])("is led nowhere else: %s", async (url) => {
    const { status, headers, text } = await open(to(url));

    expect([status, headers.get("location"), text]).toEqual([200, null, "Hello\n"]);
  });

  test("is told how it stands where it takes too long", async () => {
    const { status, text } = await open("login-slow");

    expect([status, text]).toEqual([
      202,
      expect.stringMatching(/^This takes longer\. Job \w+ goes on\n$/),
    ]);
  });

  test("is told that it failed, not with what words", async () => {
    const { status, headers, text } = await open("login-fails");

    expect([status, text]).toEqual([502, expect.stringMatching(/^The job failed\. Job \w+\n$/)]);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await open("login-fails")).text).toMatch(/^The command fails too often/);
  });

  test("makes a new job each time", async () => {
    const ids = await Promise.all(
      ["login-slow", "login-slow"].map(async (hook) => (await open(hook)).text),
    );

    expect(new Set(ids).size).toBe(2);
  });

  test("is refused by hooks that are for programs", async () => {
    const { status, headers } = await open("github");

    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("uses nothing up by looking with HEAD", async () => {
    const { status, headers } = await server.call("/in/login", { method: "HEAD" });

    expect([status, headers.get("allow")]).toEqual([405, "POST, GET"]);
  });
});

test.each(["POST", "GET"])(
  "an unknown hook is like any path that leads nowhere: %s",
  async (method) => {
    const [hook, path] = await Promise.all(
      ["/in/nobody", "/nobody"].map((where) => server.call(where, { method })),
    );

    expect(hook?.status).toBe(404);
    expect(hook?.body).toEqual({
      ...path?.body,
      detail: String(path?.body["detail"]).replace("/nobody", "/in/nobody"),
    });
    expect((await server.call("/in/constructor", { method })).status).toBe(404);
  },
);

test.each(["PUT", "DELETE", "OPTIONS"])("%s is for no hook", async (method) => {
  expect((await server.call("/in/github", { method })).status).toBe(405);
});
