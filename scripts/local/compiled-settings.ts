import { ConfigFault } from "../../src/config/fault.ts";
import { readSettings } from "../../src/config/holdline.ts";

/**
 * What `holdline.yaml` says, checked, as the gateway reads it: JSON, which costs its bundle no reader of
 * YAML (ADR 0018).
 *
 * @throws {ConfigFault} with every fault and its line.
 */
export function compiledSettings(yaml: string, file = "holdline.yaml"): string {
  const read = readSettings(yaml);
  if (!read.ok) throw new ConfigFault(file, read.reason);
  return JSON.stringify(read.value);
}
