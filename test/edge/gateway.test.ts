import { exports } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";

/** The whole gateway in workerd, with a plugin beside it that speaks a protocol of the future. */
function call(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(`http://localhost${path}`, init);
}

describe("a plugin with a bad manifest", () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const REASON = "The manifest is not valid: protocol: This gateway speaks protocol 1;";

  test("is shown with the reason, beside the others", async () => {
    const { plugins } = await (await call("/plugins")).json<{ plugins: { name: string }[] }>();

    expect(plugins.map(({ name }) => name)).toEqual(["broken", "chat", "lab", "text"]);
    expect(plugins[0]).toEqual({
      name: "broken",
      transport: "binding",
      available: false,
      reason: expect.stringContaining(REASON),
    });
  });

  test("is not loaded, and takes nothing down", async () => {
    expect(await (await call("/healthz")).json()).toMatchObject({
      status: "ok",
      plugins_loaded: 3,
    });
    const echo = await call("/trigger/lab/echo?wait=5", { method: "POST", body: "{}" });
    expect(echo.status).toBe(200);
  });

  test("cannot be triggered, and the caller hears why and when to come back", async () => {
    const answer = await call("/trigger/broken/greet", { method: "POST", body: "{}" });

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({
      code: "plugin_unavailable",
      detail: expect.stringContaining(REASON),
    });
  });
});
