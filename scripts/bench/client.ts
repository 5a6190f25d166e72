import { Agent, type IncomingMessage, request } from "node:http";

/** Sends one request and resolves with the body, over kept-alive connections. */
export type Send = (path: string, body: object | null) => Promise<string>;

/** As `Send`, with the status, whichever it is. */
export type Ask = (path: string, body: object | null, headers?: Headers) => Promise<Answer>;

type Headers = { readonly [name: string]: string };

export type Answer = { readonly status: number; readonly text: string };

/** Miniflare sends requests for this name to the floor, all others to the gateway. */
export const FLOOR_HOST = "floor.localhost";

/** Enough for every measurement but the one with a crowd. */
const SOCKETS_MAX = 64;

/** workerd closes a connection that was idle for five seconds: a request just then would be lost with it. */
const IDLE_MS_MAX = 4000;

/** A client for one host name on one server: Miniflare routes by it. Whatever is no 2xx is thrown. */
export function clientOf(url: string, host: string): Send {
  const ask = askerOf(url, host);
  return async (path, body) => {
    const { status, text } = await ask(path, body);
    if (status >= 300) throw new Error(`${path} answered ${status}: ${text}`);
    return text;
  };
}

/** A client that does not judge what it is answered, with as many connections as are given. */
export function askerOf(url: string, host: string, maxSockets: number = SOCKETS_MAX): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets, timeout: IDLE_MS_MAX });
  return (path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === null ? "" : JSON.stringify(body);
      const about = { "content-type": "application/json", "content-length": text.length };
      const outgoing = request(
        `${url}${path}`,
        {
          agent,
          method: body === null ? "GET" : "POST",
          headers: { host, ...about, ...headers },
        },
        (incoming) => {
          let answer = "";
          incoming.on("data", (chunk: Buffer) => {
            answer += chunk.toString();
          });
          incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text: answer }));
        },
      );
      outgoing.on("error", reject);
      outgoing.end(text);
    });
}

/** Opens a stream of Server-Sent Events and yields the data of each as it arrives, to the stream's end. */
export async function* eventsOf(
  url: string,
  host: string = new URL(url).host,
): AsyncGenerator<string> {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { host, accept: "text/event-stream" };
    request(url, { headers }, resolve).on("error", reject).end();
  });
  if (incoming.statusCode !== 200) throw new Error(`${url} answered ${incoming.statusCode}`);
  incoming.setEncoding("utf8");
  let text = "";
  for await (const chunk of incoming) {
    const blocks = (text + String(chunk)).split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []);
  }
}
