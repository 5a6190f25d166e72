import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltWorker, buildWorker, buildWorkers, ROOT } from "../local/build.ts";
import { startLocalServer } from "../local/server.ts";
import { CHANNEL_VARIABLES } from "./channels.ts";
import { FLOOR_HOST } from "./client.ts";
import { serverProcesses } from "./server-process.ts";

/** Where queued attempts run, and callbacks are sent from. */
export type Runner = "object" | "consumer";

export type BenchWorkers = {
  readonly gateway: BuiltWorker;
  /** The gateway that counts what the platform would bill. */
  readonly counted: BuiltWorker;
  readonly plugins: readonly BuiltWorker[];
  readonly floor: BuiltWorker;
  readonly clock: BuiltWorker;
};

export type ServerWish = {
  readonly runner: Runner;
  /** Left out: as it is deployed. */
  readonly isCounted?: boolean;
  /** What `holdline.yaml` would say. */
  readonly settings?: object;
};

/** Builds everything that a server of the benchmark runs. */
export async function benchWorkers(): Promise<BenchWorkers> {
  const counted = join(ROOT, "test", "workers", "counted-gateway", "index.ts");
  const [[gateway, ...plugins], ...others] = await Promise.all([
    buildWorkers(),
    buildWorker("floor", join(ROOT, "test", "bench", "floor", "wrangler.toml")),
    buildWorker("clock", join(ROOT, "test", "bench", "clock", "wrangler.toml")),
    buildWorker("counted-gateway", join(ROOT, "wrangler.toml"), { entry: counted }),
  ]);
  const [floor, clock, countedGateway] = others;
  return { gateway, plugins, floor, clock, counted: { ...countedGateway, name: "gateway" } };
}

export type BenchServer = {
  readonly url: string;
  /** The process that runs it; `null` where the system does not say. */
  readonly pid: number | null;
  readonly stop: () => Promise<void>;
};

/** Measures on a server of its own. */
export async function onServer<Measured>(
  workers: BenchWorkers,
  wish: ServerWish,
  measure: (server: BenchServer) => Promise<Measured>,
): Promise<Measured> {
  const server = await startBenchServer(workers, wish);
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

/** Starts a server with state that goes with it. One at a time, so that its process is the new one. */
export async function startBenchServer(
  { gateway, counted, plugins, floor, clock }: BenchWorkers,
  { runner, isCounted = false, settings = {} }: ServerWish,
): Promise<BenchServer> {
  const others = serverProcesses();
  const stateDir = mkdtempSync(join(tmpdir(), "holdline-bench-"));
  const { url, stop } = await startLocalServer({
    workers: [isCounted ? counted : gateway, ...plugins],
    port: 0,
    stateDir,
    variables: {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      QUEUE_RUNNER: runner,
      CALLBACK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
      ...CHANNEL_VARIABLES,
    },
    config: JSON.stringify(settings),
    beside: [{ worker: floor, host: FLOOR_HOST }],
    plugins: [{ worker: clock, binding: "PLUGIN_CLOCK" }],
    onLog: (line) => console.error(line),
  });
  return {
    url,
    pid: serverProcesses().find((pid) => !others.includes(pid)) ?? null,
    async stop() {
      await stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
