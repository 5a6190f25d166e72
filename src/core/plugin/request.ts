import type { JsonObject } from "../../lang/json.ts";

/** The version of the plugin protocol that this gateway speaks. */
export const PROTOCOL = 1;

/** What a plugin is handed for one attempt (plugin protocol, section Request). */
export type PluginRequest = {
  readonly protocol: typeof PROTOCOL;
  /** `null` for an `immediate` command: no job is made. */
  readonly job_id: string | null;
  /** From 1. */
  readonly attempt: number;
  readonly attempt_token: string | null;
  readonly command: string;
  readonly payload: JsonObject;
  /** What happened that the job is about, or that the attempt goes on with; `null` = nothing but the payload. */
  readonly event: PluginEvent | null;
  readonly config: JsonObject;
  /** The plugin's state document; absent for commands that do not declare `state: true`. */
  readonly state?: JsonObject;
  readonly context: {
    readonly pipeline: null;
    readonly step: null;
    readonly root_job_id: string | null;
    readonly baggage: JsonObject;
    readonly depth: number;
  };
  /** Informational: the gateway enforces it. */
  readonly deadline_at: string;
  readonly traceparent: string | null;
  /** Where the attempt reports from outside, with its token. `null` = no job, nothing to report to. */
  readonly callback: PluginCallback | null;
};

/** An event as a plugin is handed it. */
export type PluginEvent = {
  readonly type: string;
  readonly payload: JsonObject;
  /** Where it comes from: `webhook:<hook>`, `resume`. */
  readonly source: string;
  readonly timestamp: string;
  /** The same however often it is handed over. */
  readonly event_id: string;
};

/** Absolute URLs. */
export type PluginCallback = {
  /** Takes what a plugin says on the way: a binding has a capability for that as well. */
  readonly progress: string;
  /** Takes the answer of an attempt that was accepted first. */
  readonly complete: string;
  /** Takes artifacts, each under its name. */
  readonly artifacts: string;
};
