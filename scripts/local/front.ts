import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type FrontOptions = {
  /** 0 = any free one. */
  readonly port: number;
  /** Where the server is, on loopback. */
  readonly serverPort: number;
  /** That are passed on at once; whoever comes later is answered 503. */
  readonly connectionsMax: number;
};

export type Front = {
  readonly port: number;
  readonly stop: () => void;
};

/** For a client that was sent away to ask and to read, on a machine that is busy. */
const GOODBYE_MS = 5000;

/**
 * Stands before the server and passes connections on, byte by byte, as many as it carries. workerd takes
 * in all that come, and dies when it has no file left to open one with (ADR 0022).
 *
 * @throws with the code `EADDRINUSE` when the port is taken.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const clients = new Set<Socket>();
  let passed = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    // A cut connection is closed as well: whoever cut it is told nothing.
    client.on("error", () => {});
    if (passed >= options.connectionsMax) return sendAway(client);
    passed += 1;
    client.on("close", () => {
      passed -= 1;
    });
    passOn(client, options.serverPort);
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.close();
    for (const client of clients) client.destroy();
  };
  return { port, stop };
}

function passOn(client: Socket, serverPort: number): void {
  const server = connect({ port: serverPort, host: "127.0.0.1", noDelay: true });
  server.on("error", () => {});
  client.pipe(server, { end: false });
  server.pipe(client);
  // Nobody who speaks HTTP closes one half and listens on: they have hung up. workerd would wait for them.
  client.on("end", () => server.resetAndDestroy());
  client.on("close", () => server.resetAndDestroy());
  server.on("close", () => client.destroy());
}

/** What the gateway would say, if it got to hear of it. */
const BODY = JSON.stringify({
  type: "/docs/errors/overloaded",
  title: "Holdline is overloaded",
  status: 503,
  detail: "More connections are open than this machine carries: try again in a second",
  code: "overloaded",
});
const ANSWER = [
  "HTTP/1.1 503 Service Unavailable",
  "content-type: application/problem+json",
  `content-length: ${Buffer.byteLength(BODY)}`,
  "retry-after: 1",
  "cache-control: no-store",
  "connection: close",
  "",
  BODY,
].join("\r\n");

/** Once they have begun to ask: an answer that comes before is taken for a broken connection. */
function sendAway(client: Socket): void {
  client.once("data", () => client.end(ANSWER));
  client.on("end", () => client.destroy());
  client.setTimeout(GOODBYE_MS, () => client.destroy());
}
