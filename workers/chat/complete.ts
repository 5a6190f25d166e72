import * as z from "zod";
import { PROGRESS_MESSAGE_BYTES_MAX } from "../../src/core/plugin/side-call.ts";
import type { Json } from "../../src/lang/json.ts";
import { utf8Prefix } from "../../src/lang/text.ts";
import type { ChatContext, ChatResult } from "./chat-context.ts";
import type { Completion } from "./completion.ts";
import { type Endpoint, endpointOf, type Sources } from "./endpoint.ts";
import { empty, redirected, refusedBy, retryAfterMsIn, wordsIn } from "./failure.ts";
import { type Listening, listenTo, textOf } from "./listening.ts";
import { partialText } from "./partial-text.ts";
import { readAnswer } from "./read-answer.ts";
import { resultOf } from "./result.ts";

/** What endpoints take. Only what is needed here is looked at: they know best what else they know. */
export const ChatPayload = z.looseObject({
  messages: z
    .array(
      z.looseObject({
        role: z.string().describe("system, user, assistant, tool, …"),
        content: z
          .union([z.string(), z.array(z.looseObject({})), z.null()])
          .optional()
          .describe("Text or parts; none where an assistant only called tools"),
      }),
    )
    .min(1)
    .describe("The conversation so far"),
  model: z.string().min(1).optional().describe("Left out: the one that is set for the plugin"),
});

type ChatPayload = z.output<typeof ChatPayload>;

type ChatOptions = {
  readonly variables: Sources["variables"];
  /** How long the endpoint may send nothing. */
  readonly silenceMs?: number;
};

/**
 * Models think for a while before their first word, and a large one may have to be loaded; whoever
 * sends nothing for a whole minute is hardly ever heard of again, and the attempt has only five.
 */
const SILENCE_MS = 60_000;

/** An endpoint that explains itself takes less, and a message repeats only 500 characters. */
const EXPLANATION_BYTES_MAX = 65_536;

/** Asks the endpoint, tells its words as they come, and keeps the whole. */
export async function complete(
  payload: ChatPayload,
  context: ChatContext,
  { variables, silenceMs = SILENCE_MS }: ChatOptions,
): Promise<ChatResult> {
  const { config, progress, signal, artifact } = context;
  const endpoint = endpointOf({ model: payload.model, config, variables });
  const message = utf8Prefix(`asking ${endpoint.model}`, PROGRESS_MESSAGE_BYTES_MAX);
  void progress({ message });
  const listening = listenTo(endpoint, signal, silenceMs);
  const response = await ask(endpoint, payload, listening);
  const onText = partialText(context);
  const completion = await readAnswer(response, { endpoint, listening, onText });
  if (isEmpty(completion)) throw empty(endpoint, completion.finishReason);
  const result = resultOf(completion, endpoint);
  if (completion.text !== "") {
    const contentType = "text/plain; charset=utf-8";
    await artifact("completion", completion.text, { contentType });
  }
  return result;
}

/** @throws {PluginError} when it cannot be reached, or does not begin to answer. */
async function ask(
  endpoint: Endpoint,
  payload: ChatPayload,
  listening: Listening,
): Promise<Response> {
  const { url, key } = endpoint;
  const call = fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream, application/json",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(bodyOf(payload, endpoint)),
    redirect: "manual",
    signal: listening.signal,
  });
  const response = await listening.heard(call);
  if (response.ok) return response;
  throw await failureOf(response, endpoint, listening);
}

function bodyOf(payload: ChatPayload, { model }: Endpoint): object {
  return { stream_options: { include_usage: true }, ...payload, model, stream: true };
}

async function failureOf(response: Response, endpoint: Endpoint, listening: Listening) {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return redirected(endpoint, status);
  }
  const words = await explanationOf(response, listening);
  return refusedBy(endpoint, { status, words, retryAfterMs: retryAfterMsIn(headers) });
}

/** Empty where it is none: a page of a proxy says nothing to a person. */
async function explanationOf(response: Response, listening: Listening): Promise<string> {
  try {
    const { text } = await textOf(response, listening, EXPLANATION_BYTES_MAX);
    return wordsIn(JSON.parse(text) as Json);
  } catch {
    // Its status says enough.
    return "";
  }
}

function isEmpty({ text, toolCalls }: Completion): boolean {
  return text === "" && toolCalls.size === 0;
}
