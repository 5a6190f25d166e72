import { PluginError } from "../../src/sdk/plugin-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { silent, unreachable } from "./failure.ts";

/** One call of an endpoint, for as long as somebody wants it and the endpoint is heard of. */
export type Listening = {
  /** For `fetch`: aborts when the attempt is over, and when the endpoint is silent. */
  readonly signal: AbortSignal;
  /**
   * Waits for the endpoint's next sign of life.
   *
   * @throws {PluginError} `chat_silent`, `chat_unreachable`.
   * @throws the signal's reason when the attempt is over.
   */
  readonly heard: <Value>(sign: Promise<Value>) => Promise<Value>;
};

/** @param silenceMs How long the endpoint may send nothing. What we do meanwhile does not count. */
export function listenTo(endpoint: Endpoint, ended: AbortSignal, silenceMs: number): Listening {
  const silence = new AbortController();
  const heard: Listening["heard"] = async (sign) => {
    const timer = setTimeout(() => silence.abort(silent(endpoint, silenceMs)), silenceMs);
    try {
      return await sign;
    } catch (cause) {
      ended.throwIfAborted();
      if (silence.signal.aborted) throw silence.signal.reason;
      throw cause instanceof PluginError ? cause : unreachable(endpoint, cause);
    } finally {
      clearTimeout(timer);
    }
  };
  return { signal: AbortSignal.any([ended, silence.signal]), heard };
}

/** The bytes of an answer as they come. Whoever stops reading ends the answer. */
export async function* bytesOf(
  { body }: Response,
  { heard }: Listening,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  try {
    for (;;) {
      const { done, value } = await heard(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for, and without a reason to fail: it may be broken already.
    reader.cancel().catch(() => {});
  }
}

/** The beginning of an answer as text. @param bytesMax What comes after so many is left unread. */
export async function textOf(
  response: Response,
  listening: Listening,
  bytesMax: number,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of bytesOf(response, listening)) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return { text, isCut: true };
    text += decoder.decode(chunk, { stream: true });
  }
  return { text: text + decoder.decode(), isCut: false };
}
