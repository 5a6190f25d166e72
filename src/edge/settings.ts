import text from "../../holdline.yaml";
import { ConfigFault } from "../config/fault.ts";
import { readSettings } from "../config/holdline.ts";
import type { Settings } from "../core/plugin/settings.ts";

let loaded: Settings | null = null;

/**
 * What whoever runs the gateway has set in `holdline.yaml`, read once per isolate.
 *
 * @throws {ConfigFault} with every fault at once. The gateway asks when it is loaded, so that a deploy
 *   of such a file is refused, and the version before it stays.
 */
export function loadedSettings(): Settings {
  if (loaded !== null) return loaded;
  const read = readSettings(text);
  if (!read.ok) throw new ConfigFault("holdline.yaml", read.reason);
  loaded = read.value;
  return loaded;
}
