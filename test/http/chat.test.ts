import { once } from "node:events";
import { afterAll, describe, expect, test } from "vitest";
import {
  answering,
  DONE,
  STOPPED,
  said,
  startChatEndpoint,
  stream,
  streaming,
  USAGE,
  USED,
} from "../plugins/chat/chat-endpoint.ts";
import { eventsOf } from "./streams.ts";
import { finished, useServer } from "./support.ts";

const endpoint = await startChatEndpoint();
afterAll(endpoint.stop);

const payload = { messages: [{ role: "user", content: "Greet me" }] };
const HELLO = [said({ content: "Hel" }), said({ content: "lo" }), STOPPED, USED, DONE];

describe.each(["object", "consumer"] as const)("chat/complete, run by the %s", (runner) => {
  const server = useServer({
    HOLDLINE_ANONYMOUS: "admin",
    QUEUE_RUNNER: runner,
    CHAT_BASE_URL: endpoint.baseUrl,
    CHAT_MODEL: "tiny",
    CHAT_API_KEY: "sk-secret",
  });

  const textsOf = async (jobId: unknown) =>
    (await eventsOf(server, jobId))
      .filter(({ type }) => type === "job.output")
      .map(({ data }) => data["text"]);

  test("answers whoever waits, and keeps the completion", async () => {
    endpoint.answers(streaming(...HELLO));

    const answer = await server.trigger("chat/complete", { payload, wait: 20 });

    const output = { model: "tiny-1", finish_reason: "stop", usage: USAGE, id: "chatcmpl-1" };
    expect(answer).toMatchObject({ status: 200, body: { result: { text: "Hello", output } } });
    expect(endpoint.asked.at(-1)).toMatchObject({
      headers: { authorization: "Bearer sk-secret" },
      body: { ...payload, model: "tiny", stream: true },
    });
    const kept = await server.get(`/jobs/${answer.body["job_id"]}/artifacts/completion`);
    expect([kept.status, kept.text]).toEqual([200, "Hello"]);
    expect(kept.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("tells watchers the words before the endpoint has said them all", async () => {
    const isTold = Promise.withResolvers<void>();
    endpoint.answers(async (response) => {
      stream(response).write(said({ content: "Hel" }));
      await isTold.promise;
      response.end([said({ content: "lo" }), STOPPED, DONE].join(""));
    });
    const { body } = await server.trigger("chat/complete", { payload });

    while ((await textsOf(body["job_id"])).length === 0);
    isTold.resolve();

    expect(await finished(server, body["job_id"])).toMatchObject({ result: { text: "Hello" } });
    expect(await textsOf(body["job_id"])).toEqual(["Hel", "lo"]);
  });

  test("hangs up on the endpoint when its job is cancelled", async () => {
    const isAsked = Promise.withResolvers<void>();
    const isClosed = Promise.withResolvers<void>();
    endpoint.answers(async (response) => {
      stream(response).write(said({ content: "Hel" }));
      isAsked.resolve();
      await once(response, "close");
      isClosed.resolve();
    });
    const { body } = await server.trigger("chat/complete", { payload });
    await isAsked.promise;

    await server.call(`/jobs/${body["job_id"]}/cancel`, { method: "POST" });

    await isClosed.promise;
  });

  test("rests as long as the endpoint asks for, and asks again", async () => {
    const headers = { "retry-after-ms": "10" };
    endpoint.answers((response, asked) => {
      endpoint.answers(streaming(...HELLO));
      return answering(
        429,
        { error: { message: "Slow down, sk-secret" } },
        headers,
      )(response, asked);
    });

    const { body } = await server.trigger("chat/complete", { payload, wait: 20 });

    const message = `${endpoint.host} takes no more for now (429). It says: Slow down, [key]`;
    expect(body).toMatchObject({
      status: "succeeded",
      attempts: [{ error: { code: "chat_rate_limited", message } }, { outcome: "succeeded" }],
    });
  });

  test("is refused a payload without messages before there is a job", async () => {
    const { status, body } = await server.trigger("chat/complete", { payload: { messages: [] } });

    expect([status, body["code"]]).toEqual([422, "invalid_request"]);
  });
});

describe("chat/complete, as holdline.yaml has it", () => {
  const config = `plugins: { chat: { config: { base_url: "${endpoint.baseUrl}", model: small } } }`;
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin", CHAT_MODEL: "tiny" }, null, { config });

  test("asks there, for that model, without a key", async () => {
    endpoint.answers(answering(400, { error: { message: "No" } }));

    await server.trigger("chat/complete", { payload, wait: 20 });

    expect(endpoint.asked.at(-1)?.body["model"]).toBe("small");
    expect(endpoint.asked.at(-1)?.headers.authorization).toBeUndefined();
  });
});

describe("chat/complete, with nothing set", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin" });

  test("fails at once, and says what to set", async () => {
    const { status, body } = await server.trigger("chat/complete", { payload, wait: 20 });

    expect([status, body["code"]]).toEqual([502, "job_failed"]);
    expect(body["attempts"]).toMatchObject([
      {
        attempt: 1,
        error: {
          code: "EX_CONFIG",
          message: expect.stringContaining(
            "Set CHAT_BASE_URL and CHAT_MODEL: locally in .dev.vars",
          ),
        },
      },
    ]);
  });
});
