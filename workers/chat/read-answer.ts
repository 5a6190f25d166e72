import { createParser } from "eventsource-parser";
import { isJsonObject, type Json } from "../../src/lang/json.ts";
import { PluginError } from "../../src/sdk/plugin-error.ts";
import { Chunk, type Completion, lengthOf, NOTHING_YET, withChunk } from "./completion.ts";
import type { Endpoint } from "./endpoint.ts";
import { badAnswer, brokenOff, refusedWithin, tooLong } from "./failure.ts";
import { bytesOf, type Listening, textOf } from "./listening.ts";

/**
 * How much of an answer is held, in characters: ten times what models write in one go, and an isolate
 * has 128 MB for this and for all that it does meanwhile.
 */
const HELD_LENGTH_MAX = 8_388_608;

/** What OpenAI's own stream ends with. */
const DONE = "[DONE]";

/** One call of an endpoint, and who wants to hear of it. */
export type Asked = {
  readonly endpoint: Endpoint;
  readonly listening: Listening;
  /** Takes the completion piece by piece. */
  readonly onText: (piece: string) => Promise<void>;
};

/** Reads a stream, or the whole in JSON, which is what endpoints answer that cannot stream. */
export async function readAnswer(response: Response, asked: Asked): Promise<Completion> {
  const type = response.headers.get("content-type")?.toLowerCase() ?? "";
  if (type.includes("event-stream")) return readStream(response, asked);
  if (type.includes("json")) return readWhole(response, asked);
  await response.body?.cancel();
  const found = /^[\w.+/-]{1,100}/.exec(type)?.[0] ?? "no type";
  const hint = "does CHAT_BASE_URL end before /chat/completions?";
  throw badAnswer(asked.endpoint, `expected text/event-stream or JSON, found ${found}; ${hint}`);
}

async function readWhole(response: Response, asked: Asked): Promise<Completion> {
  const { text, isCut } = await textOf(response, asked.listening, HELD_LENGTH_MAX);
  if (isCut) throw tooLong(asked.endpoint, `more than ${HELD_LENGTH_MAX} bytes`);
  const chunk = chunkOf(text, asked.endpoint);
  if ((chunk.choices ?? []).length === 0) throw badAnswer(asked.endpoint, "it has no choices");
  const completion = withChunk(NOTHING_YET, chunk);
  await asked.onText(completion.text);
  return completion;
}

async function readStream(response: Response, asked: Asked): Promise<Completion> {
  const { endpoint, listening, onText } = asked;
  let completion = NOTHING_YET;
  try {
    for await (const events of eventsOf(bytesOf(response, listening), endpoint)) {
      const { length } = completion.text;
      const end = events.indexOf(DONE);
      completion = (end < 0 ? events : events.slice(0, end))
        .map((data) => chunkOf(data, endpoint))
        .reduce(withChunk, completion);
      await onText(completion.text.slice(length));
      if (end >= 0) return completion;
      if (lengthOf(completion) > HELD_LENGTH_MAX) {
        throw tooLong(endpoint, `more than ${HELD_LENGTH_MAX} characters`);
      }
    }
  } catch (cause) {
    // Once it has said that it is done, nothing is missing but how much it cost.
    if (completion.finishReason === null || !isCutOff(cause)) throw cause;
  }
  if (completion.finishReason === null) throw brokenOff(endpoint);
  return completion;
}

function isCutOff(cause: unknown): boolean {
  return cause instanceof PluginError && ["chat_silent", "chat_unreachable"].includes(cause.code);
}

/** The data of the events in a stream, those together that came together. */
async function* eventsOf(
  chunks: AsyncIterable<Uint8Array>,
  endpoint: Endpoint,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let events: string[] = [];
  const parser = createParser({
    maxBufferSize: HELD_LENGTH_MAX,
    onEvent: ({ data }) => events.push(data),
    onError: ({ type }) => {
      // Lines that mean nothing are passed over, as the standard says.
      if (type !== "max-buffer-size-exceeded") return;
      throw tooLong(endpoint, `an event of more than ${HELD_LENGTH_MAX} characters`);
    },
  });
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (events.length > 0) yield events;
    events = [];
  }
}

/** @throws {PluginError} for what is no part of a completion, and for an error in its place. */
function chunkOf(text: string, endpoint: Endpoint): Chunk {
  const value = jsonOf(text, endpoint);
  if (!isJsonObject(value)) throw badAnswer(endpoint, "it is not a JSON object");
  if ((value["error"] ?? null) !== null) throw refusedWithin(endpoint, value);
  const chunk = Chunk.safeParse(value);
  if (chunk.success) return chunk.data;
  const [issue] = chunk.error.issues;
  throw badAnswer(endpoint, `${issue?.path.join(".")} is not what it should be`);
}

function jsonOf(text: string, endpoint: Endpoint): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw badAnswer(endpoint, "it is not JSON", cause);
  }
}
