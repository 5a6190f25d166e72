import { afterAll, beforeAll, inject } from "vitest";
import {
  type LocalServer,
  type LocalServerOptions,
  startLocalServer,
} from "../../scripts/local/server.ts";

type Json = { readonly [key: string]: unknown };

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly text: string;
};

/**
 * A server of the tests' own, as `npm start` runs it.
 *
 * @param stateDir Where to look for what it stored; left out, its state goes with it.
 * @param more.config What `holdline.yaml` says; left out, what it says in the repository.
 */
export function useServer(
  variables: LocalServerOptions["variables"],
  stateDir: LocalServerOptions["stateDir"] = null,
  more: Pick<LocalServerOptions, "config"> = {},
) {
  let server: LocalServer | undefined;
  const logged: string[] = [];

  beforeAll(async () => {
    server = await startLocalServer({
      workers: inject("workers"),
      port: 0,
      stateDir,
      variables,
      ...more,
      onLog: (line) => logged.push(line),
    });
  });
  afterAll(async () => {
    await server?.stop();
  });

  const url = () => server?.url ?? "";
  const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${url()}${path}`, init);
    const text = await response.text();
    const isJson = text !== "" && response.headers.get("content-type")?.includes("json");
    const body = isJson ? (JSON.parse(text) as Json) : {};
    return { status: response.status, headers: response.headers, body, text };
  };
  return {
    url,
    logged,
    call,
    get: (path: string) => call(path),
    trigger: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      call(`/trigger/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}

export type Server = ReturnType<typeof useServer>;

/** Asks for a job until it is final: for jobs that nobody waits for. */
export async function finished(server: Server, jobId: unknown): Promise<Json> {
  for (;;) {
    const { body } = await server.get(`/jobs/${jobId}`);
    if (body["finished_at"] !== null) return body;
  }
}
