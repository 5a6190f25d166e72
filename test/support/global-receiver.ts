import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";

/** How one request is answered; left out, with 200. */
export type Reaction = {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** The connection is cut, or never answered. */
  readonly instead?: "cut" | "silence";
};

/** One request that came. */
export type Arrival = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

declare module "vitest" {
  interface ProvidedContext {
    /** Where the tests in workerd find a real receiver of callbacks. */
    receiver: string;
  }
}

const arrivals = new Map<string, Arrival[]>();
const reactions = new Map<string, Reaction[]>();

/**
 * A receiver of callbacks on a real connection, for tests that run in workerd: `/hook/…` takes whatever
 * comes, `/react/…` is told how it is answered, `/arrivals/…` tells what came. Below `/discord` it is
 * Discord's API, and named by the application or the channel.
 */
export default async function globalReceiver(project: TestProject): Promise<() => void> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method = "", url: path = "", headers } = request;
    const { what, name } = namesIn(path);
    if (what === "react") {
      reactions.set(name, JSON.parse(body) as Reaction[]);
      response.end();
    } else if (what === "arrivals") {
      response.end(JSON.stringify(arrivals.get(name) ?? []));
    } else {
      arrivals.set(name, [...(arrivals.get(name) ?? []), { method, path, headers, body }]);
      react(response, reactions.get(name)?.shift() ?? {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("receiver", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

function namesIn(path: string) {
  const [, what = "", ...names] = path.split("/");
  return { what, name: names[what === "discord" ? 1 : 0] ?? "" };
}

function react(response: ServerResponse, { status = 200, headers = {}, instead }: Reaction): void {
  if (instead === "cut") response.destroy();
  else if (instead !== "silence") response.writeHead(status, headers).end(`answered ${status}`);
}
