import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

type Asked = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly [key: string]: unknown };
};

/** Answers one request; may take its time. */
export type Answerer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export type ChatEndpoint = {
  /** What `CHAT_BASE_URL` is to be. */
  readonly baseUrl: string;
  readonly host: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  /** From the next request on. */
  readonly answers: (answerer: Answerer) => void;
  readonly stop: () => Promise<void>;
};

/** An endpoint on this machine that answers as a test says. */
export async function startChatEndpoint(): Promise<ChatEndpoint> {
  const asked: Asked[] = [];
  let answerer: Answerer = (response) => void response.writeHead(500).end();
  const server = createServer(async (request, response) => {
    const one = await readRequest(request);
    asked.push(one);
    await answerer(response, one);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${host}/v1`,
    host,
    asked,
    answers: (next) => {
      answerer = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return { path: request.url ?? "", headers: request.headers, body: JSON.parse(text) };
}

/** One event of a stream, as OpenAI writes it. */
export function event(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

/** An event with one choice. */
export function said(delta: object, finishReason: string | null = null): string {
  return event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    model: "tiny-1",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

export const DONE = event("[DONE]");
export const STOPPED = said({}, "stop");
export const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

/** Says what it used, with no choice, as `stream_options.include_usage` asks for. */
export const USED = event({ id: "chatcmpl-1", model: "tiny-1", choices: [], usage: USAGE });

/** Begins a stream. */
export function stream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  return response;
}

/** A whole stream, all at once. */
export function streaming(...events: readonly string[]): Answerer {
  return (response) => void stream(response).end(events.join(""));
}

/** A stream in these very pieces, each on its way before the next. */
export function inPieces(...pieces: readonly (string | Uint8Array)[]): Answerer {
  return async (response) => {
    stream(response).socket?.setNoDelay(true);
    for (const piece of pieces) {
      await new Promise((resolve) => response.write(piece, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
}

/** Any other answer. */
export function answering(
  status: number,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): Answerer {
  return (response) => {
    const type = typeof body === "string" ? "text/html" : "application/json";
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}
