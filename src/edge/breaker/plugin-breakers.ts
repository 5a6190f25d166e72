import type { Breaker } from "../../core/breaker/breaker.ts";
import type { GatewayEnv } from "../env.ts";
import type { CatalogEntry } from "../plugin/plugin-catalog.ts";
import { readBreaker } from "./breakers.ts";

/** The breakers of a plugin's commands by name, asked all at once; `null` = it could not be asked. */
export async function breakersOf(
  env: GatewayEnv,
  entry: CatalogEntry,
): Promise<ReadonlyMap<string, Breaker | null>> {
  if (!entry.isAvailable) return new Map();
  const { name: plugin, commands } = entry.manifest;
  const read = Object.keys(commands).map(
    async (command) => [command, await readBreaker(env, { plugin, command })] as const,
  );
  return new Map(await Promise.all(read));
}
