import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { NO_SETTINGS, type Settings, settingsOf } from "../../src/core/plugin/settings.ts";
import { httpInvoke } from "../../src/edge/plugin/http-plugin.ts";
import { callPlugin } from "../../src/edge/plugin/plugin-call.ts";
import { invokeOf } from "../../src/edge/plugin/plugin-way.ts";
import { epochMs, seconds } from "../../src/lang/time.ts";
import { URL_ROWS } from "../support/ssrf-urls.ts";
import { type PlainPlugin, startPlainPlugin } from "./plain-plugin.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const env = { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*", PLAIN_SECRET: SECRET };

let plugin: PlainPlugin;
beforeAll(async () => {
  plugin = await startPlainPlugin(SECRET);
});
afterAll(() => plugin.stop());
beforeEach(() => {
  plugin.seen.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

function settings(url = plugin.url): Settings {
  const transport = { kind: "http", url, secret: "PLAIN_SECRET" } as const;
  const plain = { ...settingsOf(NO_SETTINGS, "plain"), config: { tone: "warm" }, transport };
  return { ...NO_SETTINGS, plugins: { plain } };
}

function aRequest(command: string, over: Partial<PluginRequest> = {}): PluginRequest {
  return {
    protocol: 1,
    job_id: "job-1",
    attempt: 1,
    attempt_token: "token-1",
    command,
    payload: {},
    event: null,
    config: {},
    context: { pipeline: null, step: null, root_job_id: "job-1", baggage: {}, depth: 0 },
    deadline_at: "2027-01-15T08:02:00.000Z",
    traceparent: null,
    callback: null,
    ...over,
  };
}

const WAY = { plugin: "plain", transport: "http", binding: null } as const;

type Given = { readonly env?: object; readonly settings?: Settings };

const limits = () => ({
  timeoutMs: seconds(10),
  deadlineAt: epochMs(Date.now() + 10_000),
  graceMs: seconds(5),
});

const call = (request: PluginRequest, given: Given = {}) =>
  callPlugin(invokeOf(WAY, given.env ?? env, given.settings ?? settings()), request, limits());

describe("a plugin over HTTP", () => {
  test("is handed the request as JSON, signed, with what is set for it", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const request = aRequest("echo", { payload: { text: "héllo 🚀" }, traceparent });

    const outcome = await call(request);

    const output = { payload: { text: "héllo 🚀" }, config: { tone: "warm" }, attempt: 1 };
    expect(outcome).toEqual({
      kind: "success",
      result: { text: null, output },
      stateUpdates: null,
      artifacts: [],
      logs: [],
    });
    const [seen] = plugin.seen;
    expect(seen).toMatchObject({
      method: "POST",
      url: "/invoke",
      headers: {
        "content-type": "application/json",
        "user-agent": expect.stringMatching(/^holdline\/\d/),
        "webhook-id": expect.stringMatching(/^msg_[0-9a-f]{32}$/),
        traceparent,
      },
    });
    expect(JSON.parse(seen?.body ?? "")).toEqual({ ...request, config: { tone: "warm" } });
  });

  test("hears the same id when an attempt is repeated, and another for another", async () => {
    const tokens = ["token-1", "token-1", "token-2", null, null];

    for (const token of tokens) await call(aRequest("echo", { attempt_token: token }));

    const [first, again, other, free, freeAgain] = plugin.seen.map(
      ({ headers }) => headers["webhook-id"],
    );
    expect(again).toBe(first);
    expect(new Set([first, other, free, freeAgain]).size).toBe(4);
  });

  test.each([
    { status: 200, body: { protocol: 1, status: "ok", text: "a" }, wanted: { kind: "success" } },
    { status: 200, body: "<h1>", wanted: { reason: "protocol_fault", excerpt: "<h1>" } },
    { status: 302, headers: { location: "/manifest" }, wanted: { code: "http_302" } },
    { status: 404, wanted: { code: "http_404", retryable: false } },
    {
      status: 429,
      headers: { "retry-after": "2" },
      wanted: { code: "http_429", retryable: true, retryAfterMs: 2000 },
    },
    { status: 500, body: "<h1>", wanted: { code: "http_500", retryable: true, excerpt: "<h1>" } },
    {
      status: 503,
      headers: { "retry-after": "Fri, 15 Jan 2100 08:01:00 GMT" },
      wanted: { code: "http_503", retryAfterMs: 86_400_000 },
    },
    {
      status: 500,
      body: { protocol: 1, status: "error", error: { code: "no", message: "No" }, retry: false },
      wanted: { reason: "retry_false", code: "no", message: "No", retryable: false },
    },
  ])("that answers with $status comes to $wanted", async ({ wanted, ...row }) => {
    const payload = { headers: {}, ...row };
    const text = typeof row.body === "string" ? row.body : JSON.stringify(row.body ?? null);

    const outcome = await call(
      aRequest("status", { payload: { ...payload, body: row.body === undefined ? "" : text } }),
    );

    expect(outcome).toMatchObject(wanted);
    expect(plugin.seen).toHaveLength(1);
  });

  test.each([
    {
      command: "huge",
      wanted: {
        reason: "protocol_fault",
        message: "Cannot take an answer of more than 1048576 bytes",
        excerpt: "x".repeat(65_536),
      },
    },
    {
      command: "not-utf8",
      wanted: { reason: "protocol_fault", message: "The answer is not UTF-8" },
    },
    {
      command: "cut",
      wanted: {
        reason: "transport",
        message: "The plugin could not be reached, or the call broke off",
      },
    },
  ])("that answers $command may be tried again", async ({ command, wanted }) => {
    expect(await call(aRequest(command))).toMatchObject({ ...wanted, retryable: true });
  });

  test.each([
    {
      what: "is not there",
      given: () => ({ settings: settings("http://127.0.0.1:1") }),
      message: "The plugin could not be reached, or the call broke off",
    },
    {
      what: "is no longer in the settings",
      given: () => ({ settings: NO_SETTINGS }),
      message: "The plugin is not set up over HTTP at present",
    },
    {
      what: "has no secret",
      given: () => ({ env: { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*" } }),
      message: "The plugin cannot be called: The variable PLAIN_SECRET with its secret is not set",
    },
    {
      what: "has a secret that is none",
      given: () => ({ env: { ...env, PLAIN_SECRET: "hunter2" } }),
      message:
        "The plugin cannot be called: The variable PLAIN_SECRET is no secret: it must begin with whsec_",
    },
  ])("that $what may be tried again", async ({ given, message }) => {
    expect(await call(aRequest("echo"), given())).toMatchObject({
      reason: "transport",
      message,
      retryable: true,
    });
    expect(plugin.seen).toEqual([]);
  });

  test("with another secret answers that it does not know us", async () => {
    const other = { ...env, PLAIN_SECRET: `whsec_${"A".repeat(32)}` };

    const outcome = await call(aRequest("echo"), { env: other });

    expect(outcome).toMatchObject({ code: "http_401", retryable: false });
  });

  const notOurs = URL_ROWS.filter(
    ({ url, verdict }) => verdict === "block" && !/holdline/i.test(url),
  );

  test.each(notOurs)("is not called at $url", async ({ url }) => {
    const sent = vi.spyOn(globalThis, "fetch");
    const invoke = httpInvoke({ kind: "http", url, secret: "PLAIN_SECRET" }, env);

    expect(await callPlugin(invoke, aRequest("echo"), limits())).toMatchObject({
      reason: "ex_config",
      code: "url_not_allowed",
      retryable: false,
    });
    expect(sent).not.toHaveBeenCalled();
  });
});

describe("a call over HTTP that nobody waits for any more", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    { why: "stale", reason: "lease_lost" },
    { why: "late", reason: "timeout" },
  ])("is taken back when it is $why", async ({ why, reason }) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const closed = Promise.withResolvers<void>();
    const stale = new AbortController();
    plugin.onHang = (response) => {
      response.on("close", closed.resolve);
      if (why === "stale") stale.abort();
      else vi.advanceTimersByTime(15_000);
    };

    const outcome = await callPlugin(invokeOf(WAY, env, settings()), aRequest("hang"), {
      ...limits(),
      stale: stale.signal,
    });
    await closed.promise;

    expect(outcome).toMatchObject({ reason });
  });
});
