import { readManifest } from "../config/manifest.ts";
import type { Manifest } from "../core/plugin/manifest.ts";
import { logWarning } from "./log.ts";
import type { PluginBinding } from "./plugin-call.ts";

/** A plugin that the gateway found, and whether it can be used. */
export type CatalogEntry = Available | Unavailable;

export type Available = {
  readonly isAvailable: true;
  readonly name: string;
  readonly binding: string;
  readonly manifest: Manifest;
};

type Unavailable = {
  readonly isAvailable: false;
  /** From the binding: what a plugin with a faulty manifest calls itself is not to be trusted. */
  readonly name: string;
  readonly binding: string;
  /** Why, in words for whoever runs the gateway. */
  readonly reason: string;
};

const PREFIX = "PLUGIN_";

/** A plugin that does not say what it is within this time is unavailable; the others are not held up. */
const MANIFEST_MS_MAX = 2000;

/** A plugin that was unavailable is asked again after this long; one that answered is not asked again. */
export const ASK_AGAIN_MS = 5000;

type Asked = { readonly entry: CatalogEntry; readonly askAgainAt: number };

/** Per isolate. Values only: a promise shared between requests would hang with the one that made it. */
const asked = new Map<string, Asked>();

/** Every plugin that is bound, by name. */
export async function pluginCatalog(env: object): Promise<readonly CatalogEntry[]> {
  const bindings = Object.keys(env).filter((key) => key.startsWith(PREFIX));
  const entries = await Promise.all(bindings.toSorted().map((binding) => entryOf(env, binding)));
  return withoutDoubles(entries).toSorted((left, right) => compare(left.name, right.name));
}

/** The plugin behind a binding, or `undefined` where a later deploy took it away. */
export function boundPlugin(env: object, binding: string | null): PluginBinding | undefined {
  if (binding === null) return undefined;
  return (env as { readonly [binding: string]: PluginBinding | undefined })[binding];
}

async function entryOf(env: object, binding: string): Promise<CatalogEntry> {
  const known = asked.get(binding);
  if (known !== undefined && Date.now() < known.askAgainAt) return known.entry;

  const entry = await ask(env, binding);
  if (!entry.isAvailable) logWarning("plugin.unavailable", { binding, reason: entry.reason });
  const askAgainAt = entry.isAvailable ? Number.POSITIVE_INFINITY : Date.now() + ASK_AGAIN_MS;
  asked.set(binding, { entry, askAgainAt });
  return entry;
}

async function ask(env: object, binding: string): Promise<CatalogEntry> {
  const name = binding.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");
  const unavailable = (reason: string) => ({ isAvailable: false, name, binding, reason }) as const;
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, MANIFEST_MS_MAX);
  try {
    const value = await Promise.race([boundPlugin(env, binding)?.manifest(), late.promise]);
    if (value === undefined) return unavailable(`No manifest within ${MANIFEST_MS_MAX} ms`);
    const manifest = readManifest(value);
    if (manifest.ok) {
      return { isAvailable: true, name: manifest.value.name, binding, manifest: manifest.value };
    }
    const faults = manifest.reason.map(({ path, message }) => `${path}: ${message}`);
    return unavailable(`The manifest is not valid: ${faults.join("; ")}`);
  } catch (cause) {
    const [why = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    return unavailable(`The manifest could not be asked for: ${why}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Of two plugins with one name the first binding keeps it: a job must not depend on who answered first. */
function withoutDoubles(entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  return entries.map((entry, index) => {
    const first = entries.findIndex(({ name }) => name === entry.name);
    if (first === index || !entry.isAvailable) return entry;
    const reason = `The name '${entry.name}' is taken by the plugin at ${entries[first]?.binding}`;
    return { isAvailable: false, name: entry.name, binding: entry.binding, reason };
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
