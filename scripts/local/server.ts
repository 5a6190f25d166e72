import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import {
  unstable_readConfig as readConfig,
  unstable_getMiniflareWorkerOptions as workerOptionsOf,
} from "wrangler";
import type { BuiltWorker } from "./build.ts";
import { compiledSettings } from "./compiled-settings.ts";
import { type LocalServer, type MiniflareWorker, type Place, runWorkers } from "./run-workers.ts";
import { variablesOf } from "./variables.ts";

export type LocalServerOptions = Place & {
  readonly workers: readonly [BuiltWorker, ...BuiltWorker[]];
  /** As `.dev.vars` gives them: the gateway's, and each plugin's own (`variablesOf`). */
  readonly variables: { readonly [name: string]: string };
  /** What `holdline.yaml` says; left out, what it said when the gateway was built. */
  readonly config?: string;
  /** Further Workers, each reached under a host name of its own: the benchmark's floor. */
  readonly beside?: readonly { readonly worker: BuiltWorker; readonly host: string }[];
  /** Further plugins, each bound to the gateway by the name that is given: the benchmark's clock. */
  readonly plugins?: readonly BoundPlugin[];
};

type BoundPlugin = { readonly worker: BuiltWorker; readonly binding: string };

/** What is run, wherever it listens and keeps its state. */
type Wired = Omit<LocalServerOptions, keyof Place>;

/**
 * Runs the gateway and its plugins in one workerd, on loopback. The bindings are those of each
 * wrangler.toml, plus the lab. Without wrangler's own dev server in front: its trace store and request
 * log cost two thirds of the speed.
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  return runWorkers(allWorkers(options), options);
}

/** All Workers as Miniflare is to run them. It is plain data, and can be kept. */
export function allWorkers(options: Wired): readonly MiniflareWorker[] {
  const [, ...workers] = options.workers;
  const { beside = [], plugins = [] } = options;
  const pluginWorkers = [...workers, ...plugins.map(({ worker }) => worker)];
  return [
    gatewayOptions(options),
    ...pluginWorkers.map((worker) => withVariables(worker, options)),
    ...beside.map(({ worker, host }) => ({ ...workerOptions(worker), routes: [`${host}/*`] })),
  ];
}

/** The lab is no part of a deployment, so the gateway's own configuration does not bind it. */
function gatewayOptions(server: Wired) {
  const { workers, config, plugins = [] } = server;
  const options = withVariables(workers[0], server);
  const settings = config === undefined ? null : compiledSettings(config);
  const bound = plugins.map(({ worker, binding }) => [binding, pluginOf(worker.name)]);
  return {
    ...options,
    modules: options.modules.map((module) => withSettings(module, settings)),
    serviceBindings: {
      ...options.serviceBindings,
      PLUGIN_LAB: pluginOf("lab"),
      ...Object.fromEntries(bound),
    },
  };
}

/** A Worker with the variables that are its own. */
function withVariables(worker: BuiltWorker, { workers, plugins = [], variables }: Wired) {
  const [, ...others] = [...workers, ...plugins.map((plugin) => plugin.worker)];
  const names = others.map(({ name }) => name);
  const options = workerOptions(worker);
  const bindings = { ...options.bindings, ...variablesOf(worker.name, names, variables) };
  return { ...options, bindings };
}

type Module = ReturnType<typeof workerOptions>["modules"][number];

/** The settings are a module of their own beside the code, so another file needs no other build. */
function withSettings(module: Module, settings: string | null): Module {
  if (settings === null || !SETTINGS_MODULE.test(module.path)) return module;
  return { ...module, contents: settings };
}

/** wrangler puts a hash of what a text says before its name. */
const SETTINGS_MODULE = /(^|-)holdline\.settings$/;

function pluginOf(worker: string) {
  return { name: `holdline-${worker}`, entrypoint: "Plugin" };
}

export function workerOptions({ name, configPath, outDir }: BuiltWorker) {
  // As if the configuration stood beside the bundle, where no .dev.vars is: variables come from
  // `LocalServerOptions.variables` alone, or a second server would get those of the first as well.
  const here = join(outDir, "wrangler.toml");
  const config = { ...readConfig({ config: configPath }), configPath: here, userConfigPath: here };
  const { modulesRules: _rules, ...fromConfig } = workerOptionsOf(config).workerOptions;
  return {
    ...(fromConfig as FromConfig),
    name: name === "gateway" ? "holdline" : `holdline-${name}`,
    rootPath: outDir,
    modules: readdirSync(outDir)
      .filter((file) => MODULE_TYPES[extname(file)] !== undefined)
      // The entry is the first module.
      .toSorted((left, right) => Number(right === "index.js") - Number(left === "index.js"))
      .map((file) => ({
        type: MODULE_TYPES[extname(file)] ?? "Text",
        path: file,
        contents: readFileSync(join(outDir, file), "utf8"),
      })),
  };
}

/** The parts that are added to; the type that wrangler gives for all of them is lost in an `Omit`. */
type FromConfig = {
  readonly bindings?: { readonly [name: string]: string };
  readonly serviceBindings?: {
    readonly [name: string]: { readonly name: string; readonly entrypoint?: string };
  };
};

const MODULE_TYPES: { readonly [extension: string]: "ESModule" | "Text" } = {
  ".js": "ESModule",
  ".md": "Text",
  ".settings": "Text",
};
