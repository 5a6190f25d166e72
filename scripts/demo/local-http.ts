import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export type LocalHttp = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly stop: () => void;
};

/** An HTTP server on a port of this machine; 0 = any free one. */
export async function startLocalHttp(
  listener: RequestListener,
  wanted: number = 0,
): Promise<LocalHttp> {
  const server = createServer(listener).listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}
