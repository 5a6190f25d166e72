import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { buildWorker, ROOT } from "../../scripts/local/build.ts";
import type { LocalServer } from "../../scripts/local/run-workers.ts";
import { type LocalServerOptions, startLocalServer } from "../../scripts/local/server.ts";

type Json = { readonly [key: string]: unknown };

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly text: string;
};

/** A plugin that has to be built takes its time on a busy machine. */
const START_MS_MAX = 60_000;

/**
 * A server of the tests' own, as `npm start` runs it.
 *
 * @param stateDir Where to look for what it stored; left out, its state goes with it.
 * @param more.config What `holdline.yaml` says; left out, what it says in the repository.
 * @param more.plugins Builds plugins of the tests' own.
 */
export function useServer(
  variables: LocalServerOptions["variables"],
  stateDir: LocalServerOptions["stateDir"] = null,
  more: Pick<LocalServerOptions, "config"> & {
    readonly plugins?: () => Promise<LocalServerOptions["plugins"]>;
  } = {},
) {
  let server: LocalServer | undefined;
  const logged: string[] = [];

  beforeAll(async () => {
    server = await startLocalServer({
      workers: inject("workers"),
      port: 0,
      stateDir,
      variables,
      plugins: (await more.plugins?.()) ?? [],
      ...(more.config === undefined ? {} : { config: more.config }),
      onLog: (line) => logged.push(line),
    });
  }, START_MS_MAX);
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

/** Builds the plugin of the tests' own that counts its calls: see test/workers/tally. */
export function useTally(): () => Promise<LocalServerOptions["plugins"]> {
  const buildDir = mkdtempSync(join(tmpdir(), "holdline-tally-"));
  afterAll(() => rmSync(buildDir, { recursive: true, force: true }));
  return async () => {
    const config = join(ROOT, "test", "workers", "tally", "wrangler.toml");
    const worker = await buildWorker("tally", config, { buildDir });
    return [{ worker, binding: "PLUGIN_TALLY" }];
  };
}
