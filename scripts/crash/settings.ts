import { channelSettings } from "../channels/settings.ts";
import { CHANNEL_KINDS, LIVES } from "./channels.ts";
import { HOOK } from "./kinds/hooked.ts";

/** A crash costs an attempt: whoever is killed every few seconds needs many of them. */
const RETRY = { max_attempts: 20, base_ms: 500, max_ms: 4000 };

/** `holdline.yaml` for everything that is tried. JSON is YAML as well. */
export function settings(witnessUrl: string): string {
  const witness = { transport: "http", url: witnessUrl, secret: "WITNESS_SECRET", retry: RETRY };
  return JSON.stringify({
    plugins: { lab: { retry: RETRY }, witness },
    callbacks: { defaults: { max_attempts: 20, base_ms: 300, max_ms: 3000 } },
    hooks: { [HOOK.name]: HOOK.settings },
    ...channelSettings(CHANNEL_KINDS, LIVES),
  });
}
