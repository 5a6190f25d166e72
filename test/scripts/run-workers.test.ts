import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type MiniflareWorker, runWorkers } from "../../scripts/local/run-workers.ts";

const folder = mkdtempSync(join(tmpdir(), "holdline-workers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What it says is always the same. */
const WORKER: MiniflareWorker = {
  name: "says",
  modules: true,
  script: `export default { fetch: () => new Response("said") };`,
};

describe("a local server", () => {
  test("does not touch its state where its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const stateDir = join(folder, "state");

    const started = runWorkers([WORKER], { port, stateDir });

    await expect(started).rejects.toThrow(
      `Port ${port} is taken: stop what runs there, or choose another with PORT=…`,
    );
    expect(existsSync(stateDir)).toBe(false);
    other.close();
  });

  test("answers on its port from when it is started, and gives it back when it is stopped", async () => {
    const server = await runWorkers([WORKER], { port: 0, stateDir: null });
    const port = Number(new URL(server.url).port);

    const answer = await (await fetch(server.url)).text();
    await server.stop();
    const again = createServer().listen(port, "127.0.0.1");
    await once(again, "listening");

    expect(answer).toBe("said");
    again.close();
  });

  test("gives its port back where its Workers cannot be run", async () => {
    const port = await freePort();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = { ...WORKER, script: "this is no script" };

    await expect(runWorkers([broken], { port, stateDir: null })).rejects.toThrow();
    const again = createServer().listen(port, "127.0.0.1");
    await once(again, "listening");
    again.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
