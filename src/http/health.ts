import type { GatewayEnv } from "../edge/env.ts";
import { logError } from "../edge/log.ts";
import { pluginCatalog } from "../edge/plugin-catalog.ts";
import { loadedSettings } from "../edge/settings.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";

/** `GET /healthz`: exactly these five fields (contract, section 9). */
export async function health({ env }: Call): Promise<Response> {
  const [plugins, queueDepth] = await Promise.all([
    pluginCatalog(env, loadedSettings()),
    readQueueDepth(env),
  ]);
  return jsonResponse(200, {
    status: queueDepth === null ? "degraded" : "ok",
    uptime_seconds: Math.max(
      0,
      Math.floor((Date.now() - Date.parse(env.VERSION.timestamp)) / 1000),
    ),
    queue_depth: queueDepth,
    plugins_loaded: plugins.filter(({ isAvailable }) => isAvailable).length,
    // There is no breaker yet, so none can be open.
    plugins_circuit_open: 0,
  });
}

/** Messages that wait in RUNS, or `null` when the queue does not say. */
async function readQueueDepth({ RUNS }: GatewayEnv): Promise<number | null> {
  try {
    return (await RUNS.metrics()).backlogCount;
  } catch (cause) {
    logError("health.queue_unreadable", cause);
    return null;
  }
}
