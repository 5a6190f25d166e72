import type { Breaker } from "../core/breaker/breaker.ts";
import { breakerView } from "../core/breaker/breaker-view.ts";
import type { CommandSpec } from "../core/plugin/manifest.ts";
import type { PluginSettings } from "../core/plugin/plugin-settings.ts";
import { settingsOf } from "../core/plugin/settings.ts";
import { policyOver } from "../core/retry/policy-over.ts";
import { DEFAULT_RETRY } from "../core/retry/retry.ts";
import { breakersOf } from "../edge/breaker/plugin-breakers.ts";
import { type CatalogEntry, pluginCatalog } from "../edge/plugin/plugin-catalog.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";

/** `GET /plugins`: what can be triggered, with which payload, and what cannot be used and why. */
export async function listPlugins({ env, settings, waitUntil }: Call): Promise<Response> {
  const plugins = await pluginCatalog(env, settings, { background: waitUntil, wanted: null });
  const views = plugins.map(async (entry) =>
    pluginView(entry, settingsOf(settings, entry.name), await breakersOf(env, entry)),
  );
  return jsonResponse(200, { plugins: await Promise.all(views) });
}

type Breakers = ReadonlyMap<string, Breaker | null>;

function pluginView(entry: CatalogEntry, set: PluginSettings, breakers: Breakers): object {
  if (!entry.isAvailable) {
    const { name, transport, reason } = entry;
    return { name, transport, available: false, reason };
  }
  const { name, version, description, commands } = entry.manifest;
  const views = Object.entries(commands).map(([key, spec]) => {
    const breaker = breakers.get(key) ?? null;
    const view = breaker === null ? null : breakerView(breaker, set.breaker);
    return [key, { ...commandView(spec, set), breaker: view }];
  });
  return {
    name,
    version,
    description,
    transport: entry.transport,
    available: true,
    reason: null,
    concurrency: entry.manifest.concurrency,
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
    state: spec.state,
    input: spec.input,
    output: spec.output,
  };
}
