import type { GatewayEnv } from "../env.ts";
import { callObject } from "../object-call.ts";
import type { LaneMethods } from "./lane-methods.ts";

/** The way to one plugin's lane. */
export type LaneHandle = {
  /** Calls the lane's object, again where that may help: every method may come twice. */
  readonly call: <Answer>(call: (lane: LaneMethods) => Promise<Answer>) => Promise<Answer>;
};

/** The lane of a plugin. Only for one that has a limit, or commands with state: others need none. */
export function laneOf(env: GatewayEnv, plugin: string): LaneHandle {
  const id = env.LANES.idFromName(plugin);
  return {
    call: (method) => callObject(() => env.LANES.get(id) as unknown as LaneMethods, method),
  };
}
