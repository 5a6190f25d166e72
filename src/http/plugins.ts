import type { CommandSpec } from "../core/plugin/manifest.ts";
import { DEFAULT_RETRY } from "../core/retry/retry.ts";
import { type CatalogEntry, pluginCatalog } from "../edge/plugin-catalog.ts";
import { loadedSettings } from "../edge/settings.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";

/** `GET /plugins`: what can be triggered, with which payload, and what cannot be used and why. */
export async function listPlugins({ env }: Call): Promise<Response> {
  const plugins = await pluginCatalog(env, loadedSettings());
  return jsonResponse(200, { plugins: plugins.map(pluginView) });
}

function pluginView(entry: CatalogEntry): object {
  if (!entry.isAvailable) {
    const { name, transport, reason } = entry;
    return { name, transport, available: false, reason };
  }
  const { name, version, description, commands } = entry.manifest;
  const views = Object.entries(commands).map(([key, spec]) => [key, commandView(spec)]);
  return {
    name,
    version,
    description,
    transport: entry.transport,
    available: true,
    reason: null,
    commands: Object.fromEntries(views),
  };
}

function commandView(spec: CommandSpec): object {
  const { maxAttempts, baseMs, maxMs } = spec.retry ?? DEFAULT_RETRY;
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
