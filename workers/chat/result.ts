import { RESPONSE_BYTES_MAX } from "../../src/core/plugin/response.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { utf8Length, utf8Prefix } from "../../src/lang/text.ts";
import type { ChatResult } from "./chat-context.ts";
import type { Completion } from "./completion.ts";
import type { Endpoint } from "./endpoint.ts";
import { tooLong } from "./failure.ts";

/** Of the text: the answer has its JSON, its output and its logs around that, and 1 MiB for all. */
const TEXT_BYTES_MAX = 900_000;

/** Left for the keys of the answer around text and output, and for the logs of one attempt. */
const AROUND_BYTES = 4096;

/** The completion as an answer. What does not fit is cut off: the artifact has all of it. */
export function resultOf(completion: Completion, endpoint: Endpoint): ChatResult {
  const output = outputOf(completion, endpoint);
  const outputBytes = utf8Length(JSON.stringify({ ...output, is_cut: true }));
  const jsonBytesMax = RESPONSE_BYTES_MAX - AROUND_BYTES - outputBytes;
  if (jsonBytesMax < 0) throw tooLong(endpoint, `${outputBytes} bytes of tool calls`);
  const text = fitting(completion.text, jsonBytesMax);
  const isCut = text.length < completion.text.length;
  return { text, output: isCut ? { ...output, is_cut: true } : output };
}

function outputOf(completion: Completion, endpoint: Endpoint): JsonObject {
  const { model, finishReason, usage, id, toolCalls } = completion;
  const calls = [...toolCalls].toSorted(([left], [right]) => left - right).map(([, call]) => call);
  return {
    model: model ?? endpoint.model,
    finish_reason: finishReason,
    usage,
    id,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** The beginning of a text that is short enough, and as JSON as well: quotes and line ends take two bytes. */
function fitting(text: string, jsonBytesMax: number): string {
  let prefix = utf8Prefix(text, TEXT_BYTES_MAX);
  for (;;) {
    const jsonBytes = utf8Length(JSON.stringify(prefix));
    if (jsonBytes <= jsonBytesMax) return prefix;
    prefix = utf8Prefix(prefix, Math.floor((utf8Length(prefix) * jsonBytesMax) / jsonBytes));
  }
}
