import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that arrived: when, and what it said. */
type Arrival = { readonly at: number; readonly body: string };

export type Receiver = {
  /** Without a path: any may follow. */
  readonly url: string;
  readonly arrived: () => number;
  /** The next request that arrives; one that is here already comes first. */
  readonly next: () => Promise<Arrival>;
  readonly close: () => void;
};

/** A program that is called back: it takes whatever comes, and says when it came. */
export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  let taken = 0;
  let wake: () => void = () => {};
  const server = createServer((request, response) => {
    const at = Date.now();
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      arrivals.push({ at, body });
      response.writeHead(204).end();
      wake();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived: () => arrivals.length,
    async next() {
      while (arrivals[taken] === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      taken += 1;
      return arrivals[taken - 1] as Arrival;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
