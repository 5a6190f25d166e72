import type { JsonObject } from "../../lang/json.ts";
import { type DurationMs, minutes } from "../../lang/time.ts";
import type { RetryPolicy } from "../retry/retry.ts";

/** What is set for one plugin. */
export type PluginSettings = {
  /** Handed to the plugin with every request. Never a secret: it is kept in the repository. */
  readonly config: JsonObject;
  /** Attempts at once; `null` = what the manifest says. */
  readonly concurrency: number | null;
  /** Over the commands' own policies, key by key; `null` = nothing is set. */
  readonly retry: Partial<RetryPolicy> | null;
  readonly breaker: BreakerPolicy;
  /** `null` = as for all jobs. */
  readonly retentionMs: DurationMs | null;
  readonly maxDurationMs: DurationMs | null;
  readonly transport: Transport;
};

/** How a plugin is reached (plugin protocol, section Transports). */
export type Transport =
  | { readonly kind: "binding" }
  | {
      readonly kind: "http";
      /** Its base: `{url}/manifest` and `{url}/invoke`. Without a slash at the end. */
      readonly url: string;
      /** The name of the variable that holds the `whsec_…` that requests are signed with. */
      readonly secret: string;
    };

/** When failures stop further starts of a command (plugin protocol, section Breaker). */
export type BreakerPolicy = {
  /** Failed jobs in a row that open it, from 1. */
  readonly threshold: number;
  /** How long it stays open before one probe is let through. */
  readonly resetMs: DurationMs;
  /** `schedule`: only scheduled starts are stopped. `all`: triggers are answered 503 as well. */
  readonly scope: "schedule" | "all";
};

export const DEFAULT_BREAKER: BreakerPolicy = {
  threshold: 3,
  resetMs: minutes(30),
  scope: "schedule",
};
