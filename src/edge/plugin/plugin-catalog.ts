import type { Manifest } from "../../core/plugin/manifest.ts";
import type { Transport } from "../../core/plugin/plugin-settings.ts";
import { type Settings, settingsOf } from "../../core/plugin/settings.ts";
import { ok, refuse } from "../../lang/result.ts";
import { logWarning } from "../log.ts";
import { bindingManifest, boundPlugin } from "./bound-plugin.ts";
import { type HttpPlace, httpManifest } from "./http-plugin.ts";
import { type Asked, askInTime, MANIFEST_MS_MAX } from "./plugin-manifest.ts";

/** A plugin that the gateway found, and whether it can be used. */
export type CatalogEntry = Available | Unavailable;

type Found = {
  /** The manifest's own; from the binding where what the plugin calls itself is not to be trusted. */
  readonly name: string;
  readonly transport: Transport["kind"];
  /** The service binding that reaches it; `null` for another transport. */
  readonly binding: string | null;
};

export type Available = Found & { readonly isAvailable: true; readonly manifest: Manifest };

type Unavailable = Found & {
  readonly isAvailable: false;
  /** Why, in words for whoever runs the gateway. */
  readonly reason: string;
};

const PREFIX = "PLUGIN_";

/** A plugin that was unavailable is asked again after this long. */
export const ASK_AGAIN_MS = 5000;

/** One behind HTTP can change without a deploy of ours. A bound one that answered is not asked again. */
const HTTP_FRESH_MS = 60_000;

/** How long what should have been asked again is used by whoever wants that plugin. */
const USED_MS_MAX = 600_000;

/** How often a request looks for the answer that another one asked for. */
const LOOK_MS = 10;

/** A plugin before it has been asked. */
type Source = Found & {
  /** Under which its answer is remembered. */
  readonly key: string;
  readonly freshMs: number;
  readonly ask: (signal: AbortSignal) => Promise<Asked>;
};

type Known = { readonly asked: Asked; readonly askAgainAt: number };

/** Per isolate. Values only: a promise shared between requests would hang with the one that made it. */
const known = new Map<string, Known>();

/** Until when the first ask of this isolate is under way, by key, in epoch milliseconds. */
const firstAsks = new Map<string, number>();

const NOT_ASKED: Asked = refuse("It was not asked: another plugin was wanted");

/** Who asks, and what for. Left out, whoever asks again waits for all. */
type Asking = {
  /** Keeps the invocation alive for work that outlasts its answer. */
  readonly background: (work: Promise<unknown>) => void;
  /** The plugin that it is about; `null` = all of them. */
  readonly wanted: string | null;
};

/**
 * Every plugin that is bound, or set up over HTTP, by name. The first answers in an isolate are waited
 * for; after that what is known is used, and asked for anew in the background: a plugin that hangs
 * holds up nobody but, now and then, who wants that very one and would else be refused. Where one plugin
 * is wanted, those over HTTP with another name are not asked, and may stand as unavailable.
 */
export async function pluginCatalog(
  env: object,
  settings: Settings,
  asking?: Asking,
): Promise<readonly CatalogEntry[]> {
  const sources = [...boundSources(env), ...httpSources(env, settings)];
  const entries = await Promise.all(
    sources.map(async (source) => entryOf(source, await askedNow(source, asking), settings)),
  );
  return withoutDoubles(entries).toSorted((left, right) => compare(left.name, right.name));
}

/** What is bound stays bound for as long as an isolate lives: it is looked through once, not per request. */
const bound = new WeakMap<object, readonly Source[]>();

function boundSources(env: object): readonly Source[] {
  const sources = bound.get(env) ?? findBound(env);
  bound.set(env, sources);
  return sources;
}

function findBound(env: object): readonly Source[] {
  // A variable may have such a name as well; a plugin is something that can be called.
  const bindings = Object.keys(env).filter(
    (key) => key.startsWith(PREFIX) && typeof boundPlugin(env, key)?.manifest === "function",
  );
  return bindings.toSorted().map((binding) => ({
    key: binding,
    name: binding.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"),
    transport: "binding",
    binding,
    freshMs: Number.POSITIVE_INFINITY,
    ask: () => bindingManifest(boundPlugin(env, binding)),
  }));
}

function httpSources(env: object, { plugins }: Settings): readonly Source[] {
  const names = Object.keys(plugins).toSorted();
  return names.flatMap((name) => {
    const place = plugins[name]?.transport;
    return place?.kind === "http" ? [httpSource(name, place, env)] : [];
  });
}

function httpSource(name: string, place: HttpPlace, env: object): Source {
  return {
    key: `${name} ${place.url}`,
    name,
    transport: "http",
    binding: null,
    freshMs: HTTP_FRESH_MS,
    ask: async (signal) => {
      const asked = await httpManifest(place, env, signal);
      if (!asked.ok || asked.value.name === name) return asked;
      return refuse(`It calls itself '${asked.value.name}', and is set up as '${name}'`);
    },
  };
}

function entryOf(
  { name, transport, binding }: Source,
  asked: Asked,
  settings: Settings,
): CatalogEntry {
  const found = { name: asked.ok ? asked.value.name : name, transport, binding };
  const manifest = asked.ok ? configured(asked.value, settings) : asked;
  return manifest.ok
    ? { isAvailable: true, ...found, manifest: manifest.value }
    : { isAvailable: false, ...found, reason: manifest.reason };
}

/** What the plugin answered, newly or a while ago. */
async function askedNow(source: Source, asking: Asking | undefined): Promise<Asked> {
  const last = known.get(source.key);
  if (isAnother(source, asking)) return last?.asked ?? NOT_ASKED;
  if (last === undefined) return firstAsked(source);
  if (Date.now() < last.askAgainAt) return last.asked;
  // One request asks again for all: a plugin that hangs would hold up each of them, whichever they are for.
  known.set(source.key, { ...last, askAgainAt: Date.now() + ASK_AGAIN_MS });
  const isTooOld = Date.now() > last.askAgainAt + USED_MS_MAX;
  const isWorthWaiting = asking?.wanted === source.name && (!last.asked.ok || isTooOld);
  const anew = askedAnew(source, last);
  if (asking === undefined || isWorthWaiting) return anew;
  asking.background(anew);
  return last.asked;
}

/** What a plugin is called over HTTP is set; a bound one says so itself. */
function isAnother({ transport, name }: Source, asking: Asking | undefined): boolean {
  return transport === "http" && typeof asking?.wanted === "string" && asking.wanted !== name;
}

/** One request asks, the others look for its answer: a crowd that all asked would be late for each. */
async function firstAsked(source: Source): Promise<Asked> {
  while (Date.now() < (firstAsks.get(source.key) ?? 0)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const last = known.get(source.key);
    if (last !== undefined) return last.asked;
  }
  // Whoever asked may have been cut off with its caller: then the next one asks.
  firstAsks.set(source.key, Date.now() + MANIFEST_MS_MAX);
  return askedAnew(source, undefined);
}

async function askedAnew(
  { key, name, freshMs, ask }: Source,
  last: Known | undefined,
): Promise<Asked> {
  const asked = await askInTime(ask);
  if (!asked.ok) logWarning("plugin.unavailable", { plugin: name, reason: asked.reason });
  // A plugin that is down now was good a while ago, and its jobs can wait: they are durable.
  const kept = !asked.ok && last?.asked.ok ? last.asked : asked;
  known.set(key, { asked: kept, askAgainAt: Date.now() + (asked.ok ? freshMs : ASK_AGAIN_MS) });
  return kept;
}

/** A manifest with what is set for its plugin, or what it lacks. */
function configured(manifest: Manifest, settings: Settings): Asked {
  const { name, configKeys } = manifest;
  const { config, concurrency } = settingsOf(settings, name);
  const missing = configKeys.required.filter((key) => !Object.hasOwn(config, key));
  if (missing.length > 0) {
    const keys = missing.map((key) => `'${key}'`).join(", ");
    return refuse(`Its configuration lacks ${keys}: set plugins.${name}.config`);
  }
  return ok(concurrency === null ? manifest : { ...manifest, concurrency });
}

/** Of two plugins with one name the first keeps it: a job must not depend on who answered first. */
function withoutDoubles(entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  return entries.map((entry, index) => {
    const first = entries.findIndex(({ name }) => name === entry.name);
    if (first === index || !entry.isAvailable) return entry;
    const { name, transport, binding } = entry;
    const reason = `The name '${name}' is taken by ${entries[first]?.binding ?? "a plugin over HTTP"}`;
    return { isAvailable: false, name, transport, binding, reason };
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
