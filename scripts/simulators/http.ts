import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type LocalHttp, startLocalHttp } from "../demo/local-http.ts";
import type { DrawFault } from "./faults.ts";

/** A request that came in whole. */
export type Received = {
  readonly method: string;
  /** Percent-decoded, without the query: clients write `@original` in more than one way. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By their names in small letters. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly bytes: Uint8Array<ArrayBuffer>;
};

export type Reply = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** JSON, or a text as it stands; `null` = nothing. */
  readonly body: unknown;
};

/** A channel's side, without a wire: what it says to a request. */
export type Answer = (received: Received) => Promise<Reply>;

const REFUSED = 300;

/** Puts a channel's side on a port of this machine, where requests meet the faults that are drawn. */
export function serve(answer: Answer, drawFault: DrawFault, port: number): Promise<LocalHttp> {
  return startLocalHttp((request, response) => {
    respond(answer, drawFault, { request, response }).catch(() => {
      // Who called has died under its request: nobody is left to be told.
      response.destroy();
    });
  }, port);
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

async function respond(answer: Answer, drawFault: DrawFault, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const fault = drawFault();
  if (fault === "cut_before") {
    request.socket.destroy();
    return;
  }
  const received = await read(request);
  if (fault === "error") {
    send(response, { status: 500, body: { message: "500: Internal Server Error", code: 0 } });
    return;
  }
  const reply = await answer(received);
  // A refusal is never lost: whoever does not heed it has heard it.
  if (fault === "cut_after" && reply.status < REFUSED) request.socket.destroy();
  else send(response, reply);
}

async function read(request: IncomingMessage): Promise<Received> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const headers = Object.entries(request.headers);
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, value?.toString()])),
    bytes: new Uint8Array(await buffer(request)),
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body === null) response.writeHead(status, headers).end();
  else if (typeof body === "string") response.writeHead(status, headers).end(body);
  else {
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));
  }
}
