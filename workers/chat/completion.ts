import * as z from "zod";
import type { JsonObject } from "../../src/lang/json.ts";

const Words = z.string().nullish();

const ToolCallPart = z.looseObject({
  index: z.int().nullish(),
  id: Words,
  type: Words,
  function: z.looseObject({ name: Words, arguments: Words }).nullish(),
});

/** Text, or parts of which some are text: models that think aloud send those. */
const Content = z
  .union([z.string(), z.array(z.looseObject({ type: Words, text: z.unknown().optional() }))])
  .nullish();

const Said = z.looseObject({ content: Content, tool_calls: z.array(ToolCallPart).nullish() });

const Choice = z.looseObject({
  index: z.int().nullish(),
  delta: Said.nullish(),
  message: Said.nullish(),
  finish_reason: Words,
});

/** What of an endpoint's answer is read: one event of a stream, or all of it at once. */
export const Chunk = z.looseObject({
  id: Words,
  model: Words,
  choices: z.array(Choice).nullish(),
  usage: z.looseObject({}).nullish(),
});

export type Chunk = z.output<typeof Chunk>;

type ToolCall = {
  readonly id: string | null;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
};

/** What an endpoint has said by now. */
export type Completion = {
  readonly text: string;
  /** By the endpoint's own number for each. */
  readonly toolCalls: ReadonlyMap<number, ToolCall>;
  /** `null` until the endpoint says that it is done. */
  readonly finishReason: string | null;
  readonly id: string | null;
  readonly model: string | null;
  readonly usage: JsonObject | null;
};

export const NOTHING_YET: Completion = {
  text: "",
  toolCalls: new Map(),
  finishReason: null,
  id: null,
  model: null,
  usage: null,
};

/** Of several choices the first is the completion; usage comes with no choice at all. */
export function withChunk(completion: Completion, chunk: Chunk): Completion {
  const choice = (chunk.choices ?? []).find(({ index }) => (index ?? 0) === 0);
  const said = choice?.delta ?? choice?.message ?? {};
  return {
    text: completion.text + textIn(said.content),
    toolCalls: (said.tool_calls ?? []).reduce(withToolCallPart, completion.toolCalls),
    finishReason: choice?.finish_reason ?? completion.finishReason,
    id: chunk.id ?? completion.id,
    model: chunk.model ?? completion.model,
    // Read from JSON, so it is JSON.
    usage: (chunk.usage as JsonObject | null | undefined) ?? completion.usage,
  };
}

function textIn(content: z.output<typeof Content>): string {
  if (typeof content === "string") return content;
  return (content ?? [])
    .map(({ type, text }) => (type === "text" && typeof text === "string" ? text : ""))
    .join("");
}

/** Id and name come once, the arguments in parts. */
function withToolCallPart(
  calls: ReadonlyMap<number, ToolCall>,
  part: z.output<typeof ToolCallPart>,
): ReadonlyMap<number, ToolCall> {
  const place = part.index ?? placeOf(calls, part.id);
  const before = calls.get(place);
  const { name, arguments: more } = part.function ?? {};
  return new Map(calls).set(place, {
    id: before?.id ?? part.id ?? null,
    type: before?.type ?? part.type ?? "function",
    function: {
      name: before?.function.name || (name ?? ""),
      arguments: (before?.function.arguments ?? "") + (more ?? ""),
    },
  });
}

/** Some endpoints do not number their calls: then one with an id of its own is the next. */
function placeOf(calls: ReadonlyMap<number, ToolCall>, id: string | null | undefined): number {
  const last = Math.max(-1, ...calls.keys());
  const isNext = last === -1 || (id !== undefined && id !== null && id !== calls.get(last)?.id);
  return isNext ? last + 1 : last;
}

/** In UTF-16 units: all that is kept while the endpoint speaks. */
export function lengthOf({ text, toolCalls }: Completion): number {
  const lengths = [...toolCalls.values()].map((call) => call.function.arguments.length);
  return lengths.reduce((sum, length) => sum + length, text.length);
}
