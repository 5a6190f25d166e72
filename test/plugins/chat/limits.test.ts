import { afterAll, describe, expect, test } from "vitest";
import { RESPONSE_BYTES_MAX } from "../../../src/core/plugin/response.ts";
import { OUTPUT_BYTES_MAX } from "../../../src/core/plugin/side-call.ts";
import { utf8Length } from "../../../src/lang/text.ts";
import { ask, failureOf } from "./ask.ts";
import { DONE, STOPPED, said, startChatEndpoint, stream, streaming } from "./chat-endpoint.ts";

const endpoint = await startChatEndpoint();
afterAll(endpoint.stop);

const variables = { CHAT_BASE_URL: endpoint.baseUrl, CHAT_MODEL: "tiny" };

describe("a long completion", () => {
  test.each([
    { what: "of 900,000 bytes", text: "é".repeat(450_000), length: 450_000, isCut: false },
    { what: "of more", text: `x${"é".repeat(450_000)}`, length: 450_000, isCut: true },
    {
      what: "of quotes, which JSON doubles",
      text: '"'.repeat(800_000),
      length: 521_971,
      isCut: true,
    },
  ])("$what is answered as far as it fits, and kept whole", async ({ text, length, isCut }) => {
    endpoint.answers(streaming(said({ content: text }), STOPPED, DONE));

    const { answer, heard } = ask({ variables });

    const result = (await answer) as { text: string; output: { is_cut?: true } };
    expect(Math.abs(result.text.length - length)).toBeLessThan(500);
    expect(text.startsWith(result.text)).toBe(true);
    expect(result.output.is_cut).toBe(isCut ? true : undefined);
    expect(utf8Length(JSON.stringify(result))).toBeLessThan(RESPONSE_BYTES_MAX);
    expect(heard.artifacts.map(({ content }) => content === text)).toEqual([true]);
  });

  test("is told in pieces that are small enough, with no character cut", async () => {
    const text = `x${"🙂".repeat(40_000)}`;
    endpoint.answers(streaming(said({ content: text }), STOPPED, DONE));

    const { answer, heard } = ask({ variables });

    await answer;
    expect(heard.pieces.join("")).toBe(text);
    expect(heard.pieces.map((piece) => utf8Length(piece) <= OUTPUT_BYTES_MAX)).toEqual(
      heard.pieces.map(() => true),
    );
    expect(heard.pieces).toHaveLength(3);
  });

  test("is collected to its end when no more of it is taken on the way", async () => {
    endpoint.answers(async (response) => {
      stream(response);
      for (const word of ["one ", "two ", "three"]) {
        await new Promise((resolve) => response.write(said({ content: word }), resolve));
      }
      response.end(STOPPED + DONE);
    });
    let calls = 0;
    const output = async () => {
      calls += 1;
      throw Object.assign(new Error("Too long"), { code: "output_too_long" });
    };

    const { answer, heard } = ask({ variables, context: { output } });

    expect(await answer).toMatchObject({ text: "one two three" });
    expect(calls).toBe(1);
    expect(heard.artifacts).toMatchObject([{ content: "one two three" }]);
    expect(heard.logs).toEqual([expect.stringContaining("No more partial text")]);
  });

  test("without an end is broken off before it fills the memory", async () => {
    const word = said({ content: "x".repeat(1_000_000) });
    endpoint.answers(async (response) => {
      stream(response);
      while (!response.destroyed && !response.closed) {
        await new Promise((resolve) => response.write(word, resolve));
      }
    });

    expect(await failureOf(ask({ variables }).answer)).toMatchObject({
      code: "chat_too_long",
      retry: false,
    });
  });

  test.each([
    { what: "an event without an end", bytes: "data: ", type: "text/event-stream" },
    { what: "JSON without an end", bytes: '{"x":"', type: "application/json" },
  ])("$what is broken off as well", async ({ bytes, type }) => {
    endpoint.answers(async (response) => {
      response.writeHead(200, { "content-type": type }).write(bytes);
      while (!response.destroyed && !response.closed) {
        await new Promise((resolve) => response.write("x".repeat(1_000_000), resolve));
      }
    });

    expect((await failureOf(ask({ variables }).answer)).code).toBe("chat_too_long");
  });

  test("of tool calls that fit into no answer fails for good", async () => {
    const call = { index: 0, id: "a", function: { name: "f", arguments: "x".repeat(1_100_000) } };
    endpoint.answers(streaming(said({ tool_calls: [call] }, "tool_calls"), DONE));

    expect(await failureOf(ask({ variables }).answer)).toMatchObject({
      code: "chat_too_long",
      retry: false,
    });
  });

  test("fails with its artifact: what is cut must be somewhere whole", async () => {
    endpoint.answers(streaming(said({ content: "Hello" }), STOPPED, DONE));
    const artifact = async () => {
      throw new Error("No room");
    };

    await expect(ask({ variables, context: { artifact } }).answer).rejects.toThrow("No room");
  });
});
