import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

const fails = async () =>
  (await server.trigger("lab/throw?wait=20", { payload: { message: "Down" }, max_attempts: 1 }))
    .status;

type Plugins = readonly {
  readonly name: string;
  readonly commands: Record<string, { readonly breaker: Record<string, unknown> }>;
}[];

async function breakerOf(plugin: string, command: string) {
  const { body } = await server.get("/plugins");
  const found = (body["plugins"] as Plugins).find(({ name }) => name === plugin);
  return found?.commands[command]?.breaker;
}

const CLOSED = {
  state: "closed",
  failures: 0,
  threshold: 3,
  reset_ms: 1_800_000,
  scope: "schedule",
  opened_at: null,
  retry_at: null,
};

describe("a breaker with the scope that it has unless set", () => {
  test("is closed while all is well, and shown with every command", async () => {
    expect(await breakerOf("text", "summarize")).toEqual(CLOSED);
    expect((await server.get("/healthz")).body["plugins_circuit_open"]).toBe(0);
  });

  test("opens by three dead jobs, is shown, stops no trigger, and is reset", async () => {
    for (let job = 0; job < 3; job += 1) expect(await fails()).toBe(502);
    let breaker = await breakerOf("lab", "throw");
    while (breaker?.["state"] !== "open") breaker = await breakerOf("lab", "throw");

    const { opened_at: openedAt, retry_at: retryAt, ...rest } = breaker;
    const { opened_at: _openedAt, retry_at: _retryAt, ...closed } = CLOSED;
    expect(rest).toEqual({ ...closed, state: "open", failures: 3 });
    expect(Date.parse(String(retryAt)) - Date.parse(String(openedAt))).toBe(1_800_000);
    expect((await server.get("/healthz")).body["plugins_circuit_open"]).toBe(1);
    expect(await fails()).toBe(502);

    const reset = await server.call("/plugins/lab/throw/breaker/reset", { method: "POST" });

    expect([reset.status, reset.body]).toEqual([200, CLOSED]);
    expect(await breakerOf("lab", "throw")).toEqual(CLOSED);
    expect((await server.get("/healthz")).body["plugins_circuit_open"]).toBe(0);
  });

  test.each([
    { path: "lab/trow", code: "unknown_command" },
    { path: "lap/throw", code: "unknown_plugin" },
  ])("of $path is none: 404 $code", async ({ path, code }) => {
    const answer = await server.call(`/plugins/${path}/breaker/reset`, { method: "POST" });

    expect(answer).toMatchObject({ status: 404, body: { code } });
  });
});
