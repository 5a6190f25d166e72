import { readManifest } from "../../config/manifest.ts";
import type { Manifest } from "../../core/plugin/manifest.ts";
import { messageOf } from "../../lang/message-of.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";

/** A plugin that does not say what it is within this time is unavailable; the others are not held up. */
export const MANIFEST_MS_MAX = 2000;

/** What a plugin says of itself, or why it cannot be used, in words for whoever runs the gateway. */
export type Asked = Result<Manifest, string>;

/** Asks a plugin what it is, by whichever way. It always comes back, in time. */
export async function askInTime(ask: (signal: AbortSignal) => Promise<Asked>): Promise<Asked> {
  const late = Promise.withResolvers<Asked>();
  const over = new AbortController();
  const timer = setTimeout(
    () => late.resolve(refuse(`No manifest within ${MANIFEST_MS_MAX} ms`)),
    MANIFEST_MS_MAX,
  );
  try {
    return await Promise.race([ask(over.signal), late.promise]);
  } catch (cause) {
    const [why = ""] = messageOf(cause).split("\n");
    return refuse(`The manifest could not be asked for: ${why}`);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Checks what a plugin gave as its manifest. */
export function manifestOf(value: unknown): Asked {
  const manifest = readManifest(value);
  if (manifest.ok) return ok(manifest.value);
  const faults = manifest.reason.map(({ path, message }) => `${path}: ${message}`);
  return refuse(`The manifest is not valid: ${faults.join("; ")}`);
}
