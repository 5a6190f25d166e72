import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll } from "vitest";

/** What the gateway of these tests signs with. */
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type Json = { readonly [key: string]: unknown };

/** One request that came. */
export type Arrival = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Json;
  readonly at: number;
};

/** How one request is answered. */
export type Reaction = (response: ServerResponse) => void;

export const status =
  (code: number, headers: Record<string, string> = {}, body = ""): Reaction =>
  (response) =>
    response.writeHead(code, headers).end(body);

/** A receiver of callbacks, as anybody would write one: it checks the signature before anything else. */
export function useReceiver() {
  const arrivals: Arrival[] = [];
  const reactions = new Map<string, Reaction[]>();
  const webhook = new Webhook(SECRET);
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const path = request.url ?? "";
    const body = webhook.verify(text, request.headers as Record<string, string>) as Json;
    arrivals.push({ path, headers: request.headers, text, body, at: Date.now() });
    const [next = status(200)] = reactions.get(path)?.splice(0, 1) ?? [];
    next(response);
  });

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const at = (path: string) => arrivals.filter((arrival) => arrival.path === path);
  return {
    url: (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    /** How the next requests for a path are answered; then with 200. */
    reacts: (path: string, ...next: readonly Reaction[]) => reactions.set(path, [...next]),
    at,
    /** What came for a path, once it is so many. */
    heard: async (path: string, count: number): Promise<readonly Arrival[]> => {
      while (at(path).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return at(path);
    },
  };
}
