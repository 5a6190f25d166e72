import { breakerView } from "../core/breaker/breaker-view.ts";
import { settingsOf } from "../core/plugin/settings.ts";
import { resetBreaker } from "../edge/breaker/breakers.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import { problemResponse } from "./problem.ts";
import { findTarget } from "./target.ts";

/** `POST /plugins/{plugin}/{command}/breaker/reset`: closes it, whatever it is, and shows it. */
export async function closeBreaker(call: Call): Promise<Response> {
  const target = await findTarget(call);
  if (!target.ok) return problemResponse(call.origin, target.reason);

  const { plugin, command } = target.value;
  const breaker = await resetBreaker(call.env, { plugin: plugin.name, command });
  const { breaker: policy } = settingsOf(call.settings, plugin.name);
  return jsonResponse(200, breakerView(breaker, policy));
}
