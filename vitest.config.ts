import { readFileSync } from "node:fs";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import type { BuiltWorker } from "./scripts/local/build.ts";
import { workerOptions } from "./scripts/local/server.ts";

/** A real plugin Worker that speaks a protocol of the future, and much: it must cost nobody else. */
const BROKEN_PLUGIN = {
  name: "broken",
  compatibilityDate: "2026-11-02",
  modules: [
    {
      type: "ESModule" as const,
      path: "index.js",
      contents: `
        import { WorkerEntrypoint } from "cloudflare:workers";
        export class Plugin extends WorkerEntrypoint {
          manifest() { return { spec: "holdline.plugin", protocol: 2, name: "broken" }; }
          invoke() { return { protocol: 1, status: "ok", text: "x".repeat(33 * 1024 * 1024) }; }
        }
        export default {};`,
    },
  ],
};

/** What a lane asks in place of jobs: see there. */
const LANE_PEER = {
  name: "lane-peer",
  compatibilityDate: "2026-11-02",
  durableObjects: { LANE_PEERS: { className: "LanePeer", useSQLite: true } },
  modules: [
    {
      type: "ESModule" as const,
      path: "index.js",
      contents: readFileSync("test/workers/lane-peer/index.js", "utf8"),
    },
  ],
};

const globalSetup = ["./test/support/global-build.ts"];

export default defineConfig({
  test: {
    // Most of these tests wait for servers, so that more of them than cores can wait at once.
    maxWorkers: 4,
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
      reporter: ["text-summary"],
    },
    projects: [
      {
        test: {
          name: "core",
          include: [
            "test/{lang,core,config,plugins,scripts}/**/*.test.ts",
            "test/**/*.node.test.ts",
          ],
          environment: "node",
          // Nothing here waits for anything, but thousands of drawn cases take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        // The core in a world of its own: virtual time, drawn faults.
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          environment: "node",
          // The seed of all runs: the same each time, so that a test run says of a change what it did before
          // it; `npm run simulate:long` draws a new one.
          provide: {
            // biome-ignore lint/style/noProcessEnv: the one setting that a test run has
            simulationSeed: Number(process.env["SIMULATION_SEED"] ?? 7),
          },
          testTimeout: 120_000,
        },
      },
      {
        // In workerd, with the real plugins beside the gateway.
        plugins: [
          cloudflareTest(({ inject }) => {
            const provided = inject as (key: string) => unknown;
            const [, ...plugins] = provided("workers") as BuiltWorker[];
            return {
              wrangler: { configPath: "./wrangler.toml" },
              miniflare: {
                bindings: {
                  HOLDLINE_ANONYMOUS: "admin",
                  QUEUE_RUNNER: "consumer",
                  HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
                  CALLBACK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                  DISCORD_API_BASE: `${provided("receiver")}/discord`,
                },
                // A queue without a consumer: every message is lost, and tests deliver by hand.
                queueProducers: {
                  RUNS: { queueName: "nowhere" },
                  CALLBACKS: { queueName: "nowhere" },
                },
                durableObjects: { LANE_PEERS: { className: "LanePeer", scriptName: "lane-peer" } },
                serviceBindings: {
                  PLUGIN_LAB: { name: "holdline-lab", entrypoint: "Plugin" },
                  PLUGIN_BROKEN: { name: "broken", entrypoint: "Plugin" },
                },
                workers: [...plugins.map(workerOptions), BROKEN_PLUGIN, LANE_PEER],
              },
            };
          }),
        ],
        test: {
          name: "edge",
          include: ["test/edge/**/*.test.ts"],
          exclude: ["**/*.node.test.ts"],
          globalSetup: [...globalSetup, "./test/support/global-receiver.ts"],
          // The seed of the sequences in job-model.test.ts: a new one each time, or the one to repeat.
          provide: {
            // biome-ignore lint/style/noProcessEnv: the one setting that a test run has
            modelSeed: Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31),
            holdlineYaml: readFileSync("holdline.yaml", "utf8"),
          },
          // Hundreds of callers, or of cuts, in one test take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        // Over real HTTP, against the server that `npm start` runs.
        test: {
          name: "http",
          include: ["test/http/**/*.test.ts"],
          exclude: ["**/*.node.test.ts"],
          environment: "node",
          globalSetup,
          // Retries and deadlines take their time; a test never adds a sleep of its own.
          testTimeout: 30_000,
        },
      },
    ],
  },
});
