import type { Json, JsonObject } from "../../../src/lang/json.ts";
import type { PluginError } from "../../../src/sdk/plugin-error.ts";
import type { ChatContext, ChatResult } from "../../../workers/chat/chat-context.ts";
import { ChatPayload, complete } from "../../../workers/chat/complete.ts";

/** What a completion said on its way, and kept. */
type Heard = {
  readonly pieces: string[];
  readonly progress: string[];
  readonly logs: string[];
  readonly artifacts: { name: string; content: string; contentType: string }[];
};

type Asking = {
  readonly variables?: { readonly [name: string]: string };
  readonly payload?: JsonObject;
  readonly context?: Partial<ChatContext>;
  readonly silenceMs?: number;
};

export const MESSAGES: Json = [{ role: "user", content: "Greet me" }];

/** Asks as the SDK would: a checked payload, and a context that notes what it is told. */
export function ask({ variables = {}, payload = {}, context = {}, silenceMs = 5000 }: Asking) {
  const heard: Heard = { pieces: [], progress: [], logs: [], artifacts: [] };
  const answer = complete(
    ChatPayload.parse({ messages: MESSAGES, ...payload }),
    { ...contextOf(heard), ...context },
    { variables, silenceMs },
  );
  return { heard, answer };
}

function contextOf(heard: Heard): ChatContext {
  return {
    config: {},
    signal: new AbortController().signal,
    log: (_level, message) => void heard.logs.push(message),
    progress: async ({ message }) => void heard.progress.push(message),
    output: async (text) => void heard.pieces.push(text),
    artifact: async (name, content, { contentType }) =>
      void heard.artifacts.push({ name, content, contentType }),
  };
}

/** What an attempt's failure says. */
export async function failureOf(answer: Promise<ChatResult>) {
  try {
    await answer;
  } catch (cause) {
    const { code, message, retry, retryAfterMs } = cause as PluginError;
    return { code, message, retry, retryAfterMs };
  }
  throw new Error("It did not fail");
}
