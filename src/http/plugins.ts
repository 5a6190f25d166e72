import type { CommandSpec } from "../core/plugin/manifest.ts";
import { type PluginSettings, type Settings, settingsOf } from "../core/plugin/settings.ts";
import { policyOver } from "../core/retry/policy-over.ts";
import { DEFAULT_RETRY } from "../core/retry/retry.ts";
import { type CatalogEntry, pluginCatalog } from "../edge/plugin-catalog.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";

/** `GET /plugins`: what can be triggered, with which payload, and what cannot be used and why. */
export async function listPlugins({ env, settings }: Call): Promise<Response> {
  const plugins = await pluginCatalog(env);
  return jsonResponse(200, { plugins: plugins.map((entry) => pluginView(entry, settings)) });
}

function pluginView(entry: CatalogEntry, settings: Settings): object {
  if (!entry.isAvailable) {
    return { name: entry.name, transport: "binding", available: false, reason: entry.reason };
  }
  const { name, version, description, commands } = entry.manifest;
  const set = settingsOf(settings, name);
  const views = Object.entries(commands).map(([key, spec]) => [key, commandView(spec, set)]);
  return {
    name,
    version,
    description,
    transport: "binding",
    available: true,
    reason: null,
    commands: Object.fromEntries(views),
  };
}

function commandView(spec: CommandSpec, set: PluginSettings): object {
  const { maxAttempts, baseMs, maxMs } = policyOver(spec.retry, set.retry) ?? DEFAULT_RETRY;
  return {
    description: spec.description,
    type: spec.type,
    timing: spec.timing,
    execution_mode: spec.executionMode,
    timeout_ms: spec.timeoutMs,
    retry: { max_attempts: maxAttempts, base_ms: baseMs, max_ms: maxMs },
    dispatch: spec.dispatch,
    idempotent: spec.idempotent,
    input: spec.input,
    output: spec.output,
  };
}
