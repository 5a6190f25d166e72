import text from "../../.holdline/holdline.settings";
import type { Settings } from "../core/plugin/settings.ts";

let loaded: Settings | null = null;

/**
 * What whoever runs the gateway has set in `holdline.yaml`, read once per isolate. It was checked when
 * the gateway was built (ADR 0018).
 */
export function loadedSettings(): Settings {
  loaded ??= JSON.parse(text) as Settings;
  return loaded;
}
