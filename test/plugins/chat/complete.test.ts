import { afterAll, describe, expect, test } from "vitest";
import { ask, MESSAGES } from "./ask.ts";
import {
  answering,
  DONE,
  event,
  inPieces,
  STOPPED,
  said,
  startChatEndpoint,
  stream,
  streaming,
  USAGE,
  USED,
} from "./chat-endpoint.ts";

const endpoint = await startChatEndpoint();
afterAll(endpoint.stop);

const variables = {
  CHAT_BASE_URL: endpoint.baseUrl,
  CHAT_MODEL: "tiny",
  CHAT_API_KEY: "sk-secret",
};
const OUTPUT = { model: "tiny-1", finish_reason: "stop", usage: null, id: "chatcmpl-1" };
const HELLO = [said({ role: "assistant", content: "" }), said({ content: "Hel" })];

describe("a completion", () => {
  test("is told as it comes, answered whole, and kept", async () => {
    endpoint.answers(streaming(...HELLO, said({ content: "lo" }), STOPPED, USED, DONE));

    const { answer, heard } = ask({ variables });

    expect(await answer).toEqual({ text: "Hello", output: { ...OUTPUT, usage: USAGE } });
    expect(heard.pieces.join("")).toBe("Hello");
    expect(heard.progress).toEqual(["asking tiny", "answering"]);
    expect(heard.artifacts).toEqual([
      { name: "completion", content: "Hello", contentType: "text/plain; charset=utf-8" },
    ]);
  });

  test("is told piece by piece: the endpoint says the next when the last has arrived", async () => {
    const words = ["one ", "two ", "three"];
    let arrived = Promise.withResolvers<void>();
    endpoint.answers(async (response) => {
      stream(response);
      for (const word of words) {
        response.write(said({ content: word }));
        await arrived.promise;
        arrived = Promise.withResolvers();
      }
      response.end(STOPPED + DONE);
    });
    const pieces: string[] = [];
    const output = async (piece: string) => {
      pieces.push(piece);
      arrived.resolve();
    };

    const { answer } = ask({ variables, context: { output } });

    expect(await answer).toMatchObject({ text: "one two three" });
    expect(pieces).toEqual(words);
  });

  test("is asked for with the caller's payload as it is, as a stream with usage", async () => {
    endpoint.answers(streaming(...HELLO, STOPPED, DONE));
    const payload = { temperature: 0, seed: 7, stream: false, response_format: { type: "text" } };

    await ask({ variables, payload }).answer;

    expect(endpoint.asked.at(-1)).toMatchObject({
      path: "/v1/chat/completions",
      headers: { authorization: "Bearer sk-secret", "content-type": "application/json" },
    });
    expect(endpoint.asked.at(-1)?.body).toEqual({
      ...payload,
      messages: MESSAGES,
      model: "tiny",
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("keeps the caller's own stream_options", async () => {
    endpoint.answers(streaming(...HELLO, STOPPED, DONE));

    await ask({ variables, payload: { stream_options: { include_usage: false } } }).answer;

    expect(endpoint.asked.at(-1)?.body["stream_options"]).toEqual({ include_usage: false });
  });

  test.each([
    { what: "CRLF", change: (text: string) => text.replaceAll("\n", "\r\n") },
    { what: "CR", change: (text: string) => text.replaceAll("\n", "\r") },
    {
      what: "comments",
      change: (text: string) => text.replaceAll("data:", ": still here\n\ndata:"),
    },
    {
      what: "no space after the colon",
      change: (text: string) => text.replaceAll("data: ", "data:"),
    },
  ])("is read from a stream with $what", async ({ change }) => {
    endpoint.answers(
      streaming(change([...HELLO, said({ content: "lo" }), STOPPED, DONE].join(""))),
    );

    expect(await ask({ variables }).answer).toMatchObject({ text: "Hello" });
  });

  test("is read from bytes that are cut anywhere, in characters and lines", async () => {
    const text = `${said({ content: "Grüße 🙂 " })}${said({ content: "世界" })}${STOPPED}${DONE}`;
    const bytes = new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
    endpoint.answers(inPieces(...Array.from(bytes, (byte) => Uint8Array.of(byte))));

    const { answer, heard } = ask({ variables });

    expect(await answer).toMatchObject({ text: "Grüße 🙂 世界" });
    expect(heard.pieces).toEqual(["Grüße 🙂 ", "世界"]);
  });

  test.each([
    { end: "a finish_reason, without [DONE]", events: [STOPPED] },
    { end: "a finish_reason and its usage", events: [STOPPED, USED] },
    { end: "a [DONE] without an empty line", events: [STOPPED, "data: [DONE]"] },
  ])("ends with $end", async ({ events }) => {
    endpoint.answers(streaming(...HELLO, ...events));

    expect(await ask({ variables }).answer).toMatchObject({
      text: "Hel",
      output: { finish_reason: "stop" },
    });
  });

  test("ends with [DONE], although the connection stays open", async () => {
    const closed = Promise.withResolvers<void>();
    endpoint.answers((response) => {
      response.on("close", closed.resolve);
      stream(response).write(`${HELLO.join("")}${DONE}`);
    });

    expect(await ask({ variables }).answer).toMatchObject({
      text: "Hel",
      output: { finish_reason: null },
    });
    await closed.promise;
  });

  test.each([
    { what: "breaks", isCut: true },
    { what: "falls silent", isCut: false },
  ])("is whole once its end is said, even when the connection $what", async ({ isCut }) => {
    endpoint.answers((response) => {
      stream(response).write(`${HELLO.join("")}${STOPPED}`, () => {
        if (isCut) setImmediate(() => response.destroy());
      });
    });

    const { answer } = ask({ variables, silenceMs: 200 });

    expect(await answer).toMatchObject({ text: "Hel" });
  });

  test("is the first choice of several", async () => {
    const second = event({ choices: [{ index: 1, delta: { content: "other" } }] });
    endpoint.answers(streaming(...HELLO, second, STOPPED, DONE));

    expect(await ask({ variables }).answer).toMatchObject({ text: "Hel" });
  });

  test("is the text among parts: a model may think aloud in others", async () => {
    const thought = { type: "thinking", thinking: [{ type: "text", text: "Hm." }] };
    const content = [thought, { type: "text", text: "Yes" }];
    endpoint.answers(streaming(said({ content }), STOPPED, DONE));

    expect(await ask({ variables }).answer).toMatchObject({ text: "Yes" });
  });

  test("may come in one piece of JSON, from an endpoint that cannot stream", async () => {
    const message = { role: "assistant", content: "Hello" };
    const choices = [{ index: 0, message, finish_reason: "length" }];
    endpoint.answers(answering(200, { id: "1", model: "m", choices, usage: USAGE }));

    const { answer, heard } = ask({ variables });

    expect(await answer).toEqual({
      text: "Hello",
      output: { model: "m", finish_reason: "length", usage: USAGE, id: "1" },
    });
    expect(heard.pieces).toEqual(["Hello"]);
  });
});

describe("a model's tool calls", () => {
  const call = (id: string, city: string) => ({
    id,
    type: "function",
    function: { name: "weather", arguments: `{"city":"${city}"}` },
  });
  const part = (index: number, rest: object) => said({ tool_calls: [{ index, ...rest }] });
  const calls = [call("a", "Oslo"), call("b", "Rome")];

  test("are put together from parts that come in turn, and nothing is kept", async () => {
    endpoint.answers(
      streaming(
        said({ role: "assistant", content: null }),
        part(0, { id: "a", type: "function", function: { name: "weather", arguments: "" } }),
        part(1, { id: "b", type: "function", function: { name: "weather", arguments: '{"city"' } }),
        part(0, { function: { arguments: '{"city":"Oslo"}' } }),
        part(1, { function: { arguments: ':"Rome"}' } }),
        said({}, "tool_calls"),
        DONE,
      ),
    );

    const { answer, heard } = ask({ variables });

    expect(await answer).toEqual({
      text: "",
      output: { ...OUTPUT, finish_reason: "tool_calls", tool_calls: calls },
    });
    expect(heard.artifacts).toEqual([]);
  });

  test("are told apart by their ids where an endpoint does not number them", async () => {
    endpoint.answers(streaming(said({ tool_calls: calls }, "tool_calls"), DONE));

    expect(await ask({ variables }).answer).toMatchObject({ output: { tool_calls: calls } });
  });

  test("are taken from one piece of JSON", async () => {
    const message = { role: "assistant", content: null, tool_calls: calls };
    endpoint.answers(answering(200, { choices: [{ message, finish_reason: "tool_calls" }] }));

    expect(await ask({ variables }).answer).toMatchObject({ output: { tool_calls: calls } });
  });
});
