import type { RunMessage } from "./run-message.ts";

/**
 * What the platform binds to the gateway (wrangler.toml, .dev.vars). Plugins are found by the prefix
 * `PLUGIN_`, see `plugin-catalog.ts`; the variables are checked by `config/environment.ts`.
 */
export type GatewayEnv = {
  /** One object per job. Its methods are in `job-client.ts`, the only place that calls them. */
  readonly JOBS: DurableObjectNamespace;
  readonly RUNS: Queue<RunMessage>;
  readonly VERSION: WorkerVersionMetadata;
  readonly HOLDLINE_ANONYMOUS?: string;
  readonly QUEUE_RUNNER?: string;
  readonly HOLDLINE_WAITERS_PER_TOKEN?: string;
  readonly HOLDLINE_WAITERS_MAX?: string;
  readonly HOLDLINE_ALLOW_HTTP?: string;
};
