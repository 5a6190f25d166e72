import type { CallbackMessage } from "./callbacks/callback-message.ts";
import type { RunMessage } from "./run/run-message.ts";

/**
 * What the platform binds to the gateway (wrangler.toml, .dev.vars). Plugins are found by the prefix
 * `PLUGIN_`, see `plugin-catalog.ts`; the variables are checked by `config/environment.ts`.
 */
export type GatewayEnv = {
  /** One object per job. Its methods are in `job-client.ts`, the only place that calls them. */
  readonly JOBS: DurableObjectNamespace;
  /** One object per plugin that needs one. Its methods are in `lane-client.ts`. */
  readonly LANES: DurableObjectNamespace;
  /** One object per Idempotency-Key and dedupe key. Its methods are in `key-client.ts`. */
  readonly KEYS: DurableObjectNamespace;
  /** One object per plugin command. It is asked by `breakers.ts` only. */
  readonly BREAKERS: DurableObjectNamespace;
  /** Receivers of callbacks that fail. Asked by `callbacks/endpoint-switch.ts` only. */
  readonly ENDPOINTS: DurableObjectNamespace;
  readonly RUNS: Queue<RunMessage>;
  readonly CALLBACKS: Queue<CallbackMessage>;
  readonly ARTIFACTS: R2Bucket;
  readonly VERSION: WorkerVersionMetadata;
  readonly HOLDLINE_ANONYMOUS?: string;
  readonly QUEUE_RUNNER?: string;
  readonly HOLDLINE_WAITERS_PER_TOKEN?: string;
  readonly HOLDLINE_WAITERS_MAX?: string;
  readonly HOLDLINE_TRIGGERS_MAX?: string;
  readonly HOLDLINE_OBJECTS_MAX?: string;
  readonly HOLDLINE_ALLOW_HTTP?: string;
  readonly DISCORD_PUBLIC_KEY?: string;
  readonly DISCORD_APPLICATION_ID?: string;
  readonly DISCORD_BOT_TOKEN?: string;
  readonly DISCORD_API_BASE?: string;
  readonly SLACK_SIGNING_SECRET?: string;
  readonly SLACK_BOT_TOKEN?: string;
  readonly SLACK_API_BASE?: string;
};
