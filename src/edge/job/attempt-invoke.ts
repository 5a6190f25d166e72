import type { StepPlan } from "../../core/job/step.ts";
import { isStateWithin, STATE_BYTES_MAX } from "../../core/lane/state.ts";
import { failureOf, type Outcome } from "../../core/plugin/outcome.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { GatewayEnv } from "../env.ts";
import { type LaneHandle, laneOf } from "../lane/lane-client.ts";
import { logWarning } from "../log.ts";
import type { Invoke } from "../plugin/plugin-call.ts";
import { invokeOf, type PluginWay } from "../plugin/plugin-way.ts";
import { loadedSettings } from "../settings.ts";

/** What an attempt remembers of the way to its plugin, and to its state. */
export type AttemptWay = PluginWay & Pick<StepPlan, "lane">;

/** How the plugin is called for an attempt: with its state, where the command has any. */
export function attemptInvoke(way: AttemptWay, env: GatewayEnv): Invoke {
  const invoke = invokeOf(way, env, loadedSettings());
  return way.lane?.isStateful ? statefulInvoke(invoke, laneOf(env, way.plugin)) : invoke;
}

/**
 * Calls a plugin with its state document. The attempt has the state to itself as long as it has its slot,
 * so what it is given now is what its updates will be merged into.
 */
function statefulInvoke(invoke: Invoke, lane: LaneHandle): Invoke {
  return async (request, context) => {
    const state = await readState(lane);
    if (state === null) return failureOf("transport", "The plugin's state could not be read");
    if (context.signal.aborted) return failureOf("lease_lost", "The attempt is no longer wanted");
    const outcome = await invoke({ ...request, state }, context);
    return isTooLarge(state, outcome) ? { ...TOO_LARGE, logs: outcome.logs } : outcome;
  };
}

/** Why what somebody outside changes of the state cannot be taken. Values, because faults lose their class on the way. */
export type StateRefusal = "state_not_declared" | "state_too_large" | "overloaded";

/** What keeps a result from outside from being taken; `null` = nothing. Refused, it can be mended and sent again. */
export async function refusalOfState(
  { plugin, lane }: Pick<StepPlan, "plugin" | "lane">,
  outcome: Outcome,
  env: GatewayEnv,
): Promise<StateRefusal | null> {
  if (outcome.kind !== "success" || outcome.stateUpdates === null) return null;
  if (!lane?.isStateful) return "state_not_declared";
  const state = await readState(laneOf(env, plugin));
  if (state === null) return "overloaded";
  return isTooLarge(state, outcome) ? "state_too_large" : null;
}

/** Whether what an attempt changes would leave more state than a plugin may have. */
function isTooLarge(state: JsonObject, outcome: Outcome): boolean {
  if (outcome.kind !== "success" || outcome.stateUpdates === null) return false;
  return !isStateWithin(state, outcome.stateUpdates);
}

const TOO_LARGE = failureOf(
  "protocol_fault",
  `The answer's state_updates leave more than ${STATE_BYTES_MAX} bytes of state`,
  // The next attempt would be given the same state, and mostly leave as much.
  { code: "state_too_large", retryable: false },
);

async function readState(lane: LaneHandle): Promise<JsonObject | null> {
  try {
    return await lane.call((line) => line.state());
  } catch (cause) {
    logWarning("lane.state_not_read", { message: String(cause) });
    return null;
  }
}
