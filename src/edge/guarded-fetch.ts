import { judgeUrl, type UrlPolicy, type UrlRule } from "../config/url-guard.ts";
import { joined } from "../lang/bytes.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { USER_AGENT } from "./user-agent.ts";

export type GuardedRequest = {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  /** All that is sent besides the name of this program. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string | FormData | URLSearchParams | Uint8Array<ArrayBuffer> | null;
  /** No more than this is read of the answer. */
  readonly answerBytesMax: number;
  /** Aborts the call, also while its answer is read. */
  readonly signal: AbortSignal;
  /** Whether an answer whose body breaks off is an answer: then it is cut where it broke. */
  readonly takesBroken?: boolean;
};

export type GuardedAnswer = {
  readonly status: number;
  readonly headers: Headers;
  /** At most `answerBytesMax`. */
  readonly bytes: Uint8Array;
  /** Whether there was more than that. */
  readonly isCut: boolean;
};

/**
 * The only way out of Holdline to a URL that somebody wrote (ADR 0010). It judges the URL again, because
 * what was allowed when it was stored need not be now; it follows no redirect, because that would lead
 * past the judge; and it reads no more than it was told to, whatever the headers claim.
 *
 * @throws whatever broke the call or its answer, also the reason of `signal`.
 */
export async function guardedFetch(
  request: GuardedRequest,
  policy: UrlPolicy,
): Promise<Result<GuardedAnswer, UrlRule>> {
  const judged = judgeUrl(request.url, policy);
  if (!judged.ok) return refuse(judged.reason);

  const { method, headers, body, signal } = request;
  const response = await fetch(judged.value.href, {
    method,
    headers: { "user-agent": USER_AGENT, ...headers },
    body,
    signal,
    redirect: "manual",
  });
  const read = await readAtMost(response.body, request);
  return ok({ status: response.status, headers: response.headers, ...read });
}

/** Reads up to `answerBytesMax` bytes and lets the rest go. */
async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  { answerBytesMax, takesBroken = false }: GuardedRequest,
): Promise<Pick<GuardedAnswer, "bytes" | "isCut">> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop early cancels the stream.
    for await (const chunk of body ?? []) {
      const rest = answerBytesMax - length;
      chunks.push(chunk.subarray(0, rest));
      if (chunk.byteLength > rest) return { bytes: joined(chunks, answerBytesMax), isCut: true };
      length += chunk.byteLength;
    }
  } catch (cause) {
    if (!takesBroken) throw cause;
    return { bytes: joined(chunks, length), isCut: true };
  }
  return { bytes: joined(chunks, length), isCut: false };
}
