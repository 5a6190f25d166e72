import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

type Fields = { readonly [key: string]: unknown };

/** What the plugin has been sent, as it came. */
type Seen = {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

const COMMAND = { type: "read", timing: "short" };
const NAMES = ["echo", "status", "huge", "not-utf8", "cut", "hang", "later"];
const RETRY = { max_attempts: 2, base_ms: 10, max_ms: 10 };

/** What it says of itself; tests change what they are about. */
export const PLAIN_MANIFEST = {
  spec: "holdline.plugin",
  protocol: 1,
  name: "plain",
  version: "1.0.0",
  commands: Object.fromEntries(NAMES.map((name) => [name, { ...COMMAND, retry: RETRY }])),
};

/** What each command does with its payload. */
const ANSWERS: {
  readonly [command: string]: (response: ServerResponse, request: Fields, payload: Fields) => void;
} = {
  echo: (response, { config, attempt }, payload) =>
    say(response, 200, { protocol: 1, status: "ok", output: { payload, config, attempt } }),
  status: (response, _request, { status, headers, body }) => {
    for (const [name, value] of Object.entries(Object(headers))) {
      response.setHeader(name, String(value));
    }
    say(response, Number(status), body ?? "");
  },
  huge: (response) => {
    const megabyte = "x".repeat(1_048_576);
    const more = () => {
      while (!response.destroyed && response.write(megabyte)) {
        // As much as the other side takes.
      }
    };
    response.on("drain", more);
    more();
  },
  "not-utf8": (response) => response.end(new Uint8Array([0x7b, 0x22, 0xff, 0xc0, 0xaf])),
  cut: (response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write('{"protocol":1,');
    setImmediate(() => response.destroy());
  },
  later: (response, request, payload) => {
    say(response, 200, { protocol: 1, status: "ok", accepted: true });
    response.on("close", () => void reportTo(request, payload));
  },
};

/** Reports from outside, with the attempt's token: half done first, then the answer. */
async function reportTo({ callback, attempt_token: token }: Fields, payload: Fields) {
  const { progress, complete } = callback as {
    readonly progress: string;
    readonly complete: string;
  };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = (url: string, body: object) =>
    fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await post(progress, { percent: 50, message: "half" });
  await post(complete, { protocol: 1, status: "ok", text: "done", output: payload });
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
}

/**
 * A plugin over HTTP as somebody would write it without any of our code: it checks the signatures with
 * the package of Standard Webhooks, says what it is, and answers.
 */
export async function startPlainPlugin(secret: string) {
  const webhook = new Webhook(secret);
  const seen: Seen[] = [];
  let manifest: unknown = PLAIN_MANIFEST;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body });
    try {
      webhook.verify(body, headers as Record<string, string>);
    } catch (cause) {
      return say(response, 401, String(cause));
    }
    if (url?.endsWith("/manifest"))
      return manifest === null ? undefined : say(response, 200, manifest);
    const call = JSON.parse(body);
    if (call.command === "hang") return plugin.onHang(response);
    return ANSWERS[call.command]?.(response, call, call.payload);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const plugin = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    /** @param value What `GET /manifest` is answered with: a text as it is, else JSON; `null` = nothing. */
    setManifest: (value: unknown) => {
      manifest = value;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
    /** Told of each call that is never answered. */
    onHang: (_response: ServerResponse) => {},
  };
  return plugin;
}

export type PlainPlugin = Awaited<ReturnType<typeof startPlainPlugin>>;
