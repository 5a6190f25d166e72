import type { Breaker } from "../core/breaker/breaker.ts";
import { breakersOf } from "../edge/breaker/plugin-breakers.ts";
import type { GatewayEnv } from "../edge/env.ts";
import { logError } from "../edge/log.ts";
import { pluginCatalog } from "../edge/plugin/plugin-catalog.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";

/** `GET /healthz`: exactly these five fields (contract, section 9). */
export async function health({ env, settings, waitUntil }: Call): Promise<Response> {
  const [plugins, queueDepth] = await Promise.all([
    pluginCatalog(env, settings, { background: waitUntil, wanted: null }),
    readQueueDepth(env),
  ]);
  const breakers = await Promise.all(plugins.map((entry) => breakersOf(env, entry)));
  return jsonResponse(200, {
    status: queueDepth === null ? "degraded" : "ok",
    uptime_seconds: Math.max(
      0,
      Math.floor((Date.now() - Date.parse(env.VERSION.timestamp)) / 1000),
    ),
    queue_depth: queueDepth,
    plugins_loaded: plugins.filter(({ isAvailable }) => isAvailable).length,
    plugins_circuit_open: breakers.filter(isOneNotClosed).length,
  });
}

/** One that cannot be asked, and that nobody knows, stops nothing: it counts as closed. */
function isOneNotClosed(breakers: ReadonlyMap<string, Breaker | null>): boolean {
  return [...breakers.values()].some((breaker) => breaker !== null && breaker.state !== "closed");
}

/** Messages that wait in RUNS and CALLBACKS, or `null` when a queue does not say. */
async function readQueueDepth({ RUNS, CALLBACKS }: GatewayEnv): Promise<number | null> {
  try {
    const [runs, callbacks] = await Promise.all([RUNS.metrics(), CALLBACKS.metrics()]);
    return runs.backlogCount + callbacks.backlogCount;
  } catch (cause) {
    logError("health.queue_unreadable", cause);
    return null;
  }
}
