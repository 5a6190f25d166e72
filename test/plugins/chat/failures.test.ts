import { afterAll, describe, expect, test, vi } from "vitest";
import { ask, failureOf } from "./ask.ts";
import {
  type Answerer,
  answering,
  DONE,
  event,
  STOPPED,
  said,
  startChatEndpoint,
  stream,
  streaming,
} from "./chat-endpoint.ts";

const endpoint = await startChatEndpoint();
afterAll(endpoint.stop);

const KEY = "sk-proj-0123456789abcdefghij";
const variables = { CHAT_BASE_URL: endpoint.baseUrl, CHAT_MODEL: "tiny", CHAT_API_KEY: KEY };
const error = (message: string, code: unknown = null) => ({ error: { message, code } });

const asked = (answerer: Answerer, more: object = {}) => {
  endpoint.answers(answerer);
  return failureOf(ask({ variables, ...more }).answer);
};

describe("an endpoint that answers", () => {
  test.each([
    { status: 400, code: "chat_refused", retry: false, says: "too many messages" },
    { status: 401, code: "chat_unauthorized", retry: false, says: "check CHAT_API_KEY" },
    { status: 403, code: "chat_unauthorized", retry: false, says: "check CHAT_API_KEY" },
    { status: 404, code: "chat_not_found", retry: false, says: "'tiny'" },
    { status: 422, code: "chat_refused", retry: false, says: "too many messages" },
    { status: 429, code: "chat_rate_limited", retry: true, says: "takes no more for now" },
    { status: 500, code: "chat_unavailable", retry: true, says: "cannot answer for now" },
    { status: 503, code: "chat_unavailable", retry: true, says: "cannot answer for now" },
  ])("$status fails as $code", async ({ status, code, retry, says }) => {
    const failure = await asked(answering(status, error("too many messages")));

    expect(failure).toMatchObject({ code, retry, retryAfterMs: 0 });
    expect(failure.message).toContain(`(${status})`);
    expect(failure.message).toContain(says);
    expect(failure.message).toContain("It says: too many messages");
  });

  test("401 without a key asks for one", async () => {
    endpoint.answers(answering(401, ""));
    const { CHAT_API_KEY: _key, ...keyless } = variables;

    const failure = await failureOf(ask({ variables: keyless }).answer);

    expect(failure.message).toBe(`${endpoint.host} asks for a key (401): set CHAT_API_KEY`);
    expect(endpoint.asked.at(-1)?.headers.authorization).toBeUndefined();
  });

  test.each([
    { what: "whole", echo: KEY, told: "[key]" },
    { what: "in its middle starred out", echo: "sk-proj-****cdefghij", told: "[key]****[key]" },
    { what: "twice", echo: `${KEY}/${KEY}`, told: "[key]/[key]" },
    { what: "in part", echo: `${KEY.slice(0, 12)}…`, told: "[key]…" },
  ])("with the key ($what) is repeated without it", async ({ echo, told }) => {
    const { message } = await asked(answering(401, error(`Incorrect key: ${echo}.`)));

    expect(message).toContain(`It says: Incorrect key: ${told}.`);
    expect(message).not.toContain("sk-proj");
  });

  test("at length is repeated up to 500 characters, with no key at the cut", async () => {
    const { message } = await asked(
      answering(400, error(`${"x".repeat(490)}${KEY}${"y".repeat(99)}`)),
    );

    expect(message).toMatch(/: x{490}\[key\]y{5}…$/);
  });

  test.each([
    { place: "error", body: { error: "no such model" } },
    { place: "message", body: { object: "error", message: "no such model" } },
    { place: "detail", body: { detail: "no such model" } },
  ])("with its words in $place is heard", async ({ body }) => {
    expect((await asked(answering(400, body))).message).toContain("It says: no such model");
  });

  test("with a page of a proxy is known by its status", async () => {
    const failure = await asked(answering(502, "<h1>Bad gateway</h1>"));

    expect(failure.message).toBe(`${endpoint.host} cannot answer for now (502)`);
  });

  test("with a redirect is not followed", async () => {
    const headers = { location: `${endpoint.baseUrl}/elsewhere` };
    const before = endpoint.asked.length;

    const failure = await asked(answering(307, "", headers));

    expect(failure).toMatchObject({ code: "chat_redirected", retry: false });
    expect(endpoint.asked).toHaveLength(before + 1);
  });

  test.each([
    { what: "HTML", answer: answering(200, "<h1>Welcome</h1>"), says: "found text/html" },
    { what: "JSON of another kind", answer: answering(200, { ok: true }), says: "no choices" },
    {
      what: "JSON that is none",
      answer: answering(200, "{", { "content-type": "application/json" }),
      says: "not JSON",
    },
    { what: "events that are no JSON", answer: streaming(event("Hello")), says: "not JSON" },
    {
      what: "events of another kind",
      answer: streaming(event({ choices: 1 })),
      says: "choices is not",
    },
    {
      what: "events that are no objects",
      answer: streaming(event("1")),
      says: "not a JSON object",
    },
  ])("with $what fails as chat_bad_answer", async ({ answer, says }) => {
    const failure = await asked(answer);

    expect(failure).toMatchObject({ code: "chat_bad_answer", retry: true });
    expect(failure.message).toContain(says);
  });

  test.each([
    { what: "nothing", answer: streaming(STOPPED, DONE), says: "finish_reason: stop" },
    { what: "only its end", answer: streaming(DONE), says: "neither words nor tool calls" },
    { what: "empty JSON", answer: answering(200, { choices: [{ message: {} }] }), says: "neither" },
  ])("with $what fails as chat_empty", async ({ answer, says }) => {
    const failure = await asked(answer);

    expect(failure).toMatchObject({ code: "chat_empty", retry: true });
    expect(failure.message).toContain(says);
  });
});

describe("the rest that an endpoint asks for", () => {
  test.each([
    { what: "seconds", headers: { "retry-after": "7" }, retryAfterMs: 7000 },
    { what: "milliseconds", headers: { "retry-after-ms": "1500.2" }, retryAfterMs: 1501 },
    {
      what: "milliseconds before seconds",
      headers: { "retry-after-ms": "1500", "retry-after": "2" },
      retryAfterMs: 1500,
    },
    {
      what: "a day at most",
      headers: { "retry-after-ms": "9".repeat(400) },
      retryAfterMs: 86_400_000,
    },
    { what: "nonsense", headers: { "retry-after": "soon" }, retryAfterMs: 0 },
  ])("is honoured: $what", async ({ headers, retryAfterMs }) => {
    for (const status of [429, 503]) {
      expect((await asked(answering(status, "", headers))).retryAfterMs).toBe(retryAfterMs);
    }
  });

  test("is honoured: an HTTP date", async () => {
    const at = Math.ceil(Date.now() / 1000) * 1000 + 60_000;
    const headers = { "retry-after": new Date(at).toUTCString() };

    const { retryAfterMs } = await asked(answering(429, "", headers));

    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(61_000);
  });
});

describe("an endpoint that breaks off", () => {
  const begun = said({ content: "Hel" });

  test("before it says the end", async () => {
    expect(await asked(streaming(begun))).toMatchObject({ code: "chat_broken_off", retry: true });
  });

  test("in the middle of a line", async () => {
    expect((await asked(streaming(begun, 'data: {"choi'))).code).toBe("chat_broken_off");
  });

  test("with its connection", async () => {
    const failure = await asked((response) => {
      stream(response).write(begun, () => setImmediate(() => response.destroy()));
    });

    expect(failure).toMatchObject({ code: "chat_unreachable", retry: true });
  });

  test.each([
    { what: "no status", body: error("out of memory"), code: "chat_unavailable", retry: true },
    { what: "a word", body: { error: "out of memory" }, code: "chat_unavailable", retry: true },
    { what: "429", body: error("out of memory", 429), code: "chat_rate_limited", retry: true },
    { what: "400", body: error("out of memory", 400), code: "chat_refused", retry: false },
  ])("with an error in the stream ($what)", async ({ body, code, retry }) => {
    const failure = await asked(streaming(begun, event(body), DONE));

    expect(failure).toMatchObject({ code, retry });
    expect(failure.message).toContain("It says: out of memory");
  });

  test("with an error in JSON, although it answers 200", async () => {
    expect((await asked(answering(200, error("bad key", 401)))).code).toBe("chat_unauthorized");
  });
});

describe("an endpoint that is not heard", () => {
  test("because nobody is there", async () => {
    const gone = await startChatEndpoint();
    await gone.stop();

    const failure = await failureOf(
      ask({ variables: { ...variables, CHAT_BASE_URL: gone.baseUrl } }).answer,
    );

    expect(failure).toMatchObject({ code: "chat_unreachable", retry: true });
    expect(failure.message).toContain(gone.host);
  });

  test.each([
    { when: "before it begins to answer", begin: () => {} },
    {
      when: "before its first word",
      begin: (...[response]: Parameters<Answerer>) => void stream(response),
    },
    {
      when: "between two words",
      begin: (...[response]: Parameters<Answerer>) =>
        void stream(response).write(said({ content: "Hel" })),
    },
  ])("$when fails as chat_silent, and is hung up on", async ({ begin }) => {
    const closed = Promise.withResolvers<void>();

    const failure = await asked(
      (response, one) => {
        response.on("close", closed.resolve);
        return begin(response, one);
      },
      { silenceMs: 100 },
    );

    expect(failure).toMatchObject({ code: "chat_silent", retry: true });
    expect(failure.message).toBe(`${endpoint.host} has sent nothing for 0.1 s`);
    await closed.promise;
  });

  test("for longer in all is heard all the same, where it sends comments meanwhile", async () => {
    const answer = asked(
      async (response) => {
        stream(response);
        for (let beat = 0; beat < 8; beat += 1) {
          response.write(": still thinking\n\n");
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        response.end(STOPPED);
      },
      { silenceMs: 250 },
    );

    expect((await answer).code).toBe("chat_empty");
  });

  test("because the attempt is over: the request stops, and its reason is thrown", async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    endpoint.answers((response) => {
      response.on("close", closed.resolve);
      stream(response).write(said({ content: "Hel" }));
    });
    const output = async () => controller.abort(new Error("Not wanted any more"));

    const { answer } = ask({ variables, context: { signal: controller.signal, output } });

    await expect(answer).rejects.toThrow("Not wanted any more");
    await closed.promise;
  });

  test("leaves no timer behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await asked(answering(500, ""));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
