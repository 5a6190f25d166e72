import { Agent, request } from "node:http";

/** Sends one request and resolves with the body, over kept-alive connections. */
export type Send = (path: string, body: object | null) => Promise<string>;

/** A client for one host name on one server: Miniflare routes by it. */
export function clientOf(url: string, host: string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return (path, body) =>
    new Promise((resolve, reject) => {
      const text = body === null ? "" : JSON.stringify(body);
      const outgoing = request(
        `${url}${path}`,
        {
          agent,
          method: body === null ? "GET" : "POST",
          headers: { host, "content-type": "application/json", "content-length": text.length },
        },
        (incoming) => {
          let answer = "";
          incoming.on("data", (chunk: Buffer) => {
            answer += chunk.toString();
          });
          incoming.on("end", () => {
            const { statusCode = 0 } = incoming;
            if (statusCode < 300) resolve(answer);
            else reject(new Error(`${path} answered ${statusCode}: ${answer}`));
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(text);
    });
}
