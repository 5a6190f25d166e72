import { NO_SETTINGS, type Settings } from "../core/plugin/settings.ts";

/** What whoever runs the gateway has set. */
export function loadedSettings(): Settings {
  return NO_SETTINGS;
}
