import type { GatewayEnv } from "./env.ts";
export function laneOf(
  _env: GatewayEnv,
  _plugin: string,
): { call: (f: (line: any) => Promise<any>) => Promise<any> } {
  throw new Error("no lanes");
}
