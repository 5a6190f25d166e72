import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { parseEnv } from "node:util";
import { readEnvironment } from "../../src/config/environment.ts";
import { ConfigFault, type Fault } from "../../src/config/fault.ts";
import { readSettings as readHoldline } from "../../src/config/holdline.ts";
import type { Settings } from "../../src/core/plugin/settings.ts";
import { hookSecrets } from "../../src/edge/hook-secrets.ts";
import { webhookKey } from "../../src/edge/webhook-signature.ts";
import { ROOT } from "./build.ts";
import { capacityOf, openFilesMax } from "./open-files.ts";

export type LocalSettings = {
  readonly port: number;
  readonly stateDir: string;
  /** What the gateway is given: the local defaults, then `.dev.vars`. */
  readonly variables: { readonly [name: string]: string };
  /** What `holdline.yaml`, or the file in its place, says. */
  readonly config: string;
};

type Hook = Settings["hooks"][string];

const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;

/** Where a deployment has other defaults (contract, section 11). */
const LOCAL_DEFAULTS = {
  QUEUE_RUNNER: "object",
  HOLDLINE_ALLOW_HTTP: "127.0.0.1:*,localhost:*",
};

const firstDevVars =
  () => `# Variables and secrets on this machine. Never committed, never deployed.
# Whoever addresses this machine by a loopback name may do everything without a token.
HOLDLINE_ANONYMOUS=admin
# Signs callbacks: receivers check them with it.
CALLBACK_SECRET=${newSecret()}
`;

/** A setting of `npm start` that cannot be used. The message says what to do. */
export class SettingsFault extends Error {
  override readonly name = "SettingsFault";
}

/**
 * Reads PORT, HOLDLINE_STATE_DIR, HOLDLINE_DEV_VARS and HOLDLINE_CONFIG with the files that they name,
 * and writes a first `.dev.vars` where there is none.
 *
 * @throws {SettingsFault} for what the gateway would refuse: every fault of both files at once.
 */
export function readSettings(env: NodeJS.ProcessEnv, say: (line: string) => void): LocalSettings {
  const port = readPort(env["PORT"]);
  const devVars = inRoot(env["HOLDLINE_DEV_VARS"] ?? ".dev.vars");
  const configFile = inRoot(env["HOLDLINE_CONFIG"] ?? "holdline.yaml");
  const config = readConfig(configFile);
  const stateDir = inRoot(env["HOLDLINE_STATE_DIR"] ?? join(".holdline", "state"));
  const given: LocalSettings["variables"] = {
    ...LOCAL_DEFAULTS,
    ...objectsOfThisMachine(),
    ...readDevVars(devVars, say),
  };

  const read = readHoldline(config);
  const hooks = read.ok ? Object.entries(read.value.hooks) : [];
  const faults = [
    ...[
      ...faultsInVariables(given),
      ...faultsInSecrets(given, ["CALLBACK_SECRET", ...secretsOfHooks(hooks)]),
    ].map((fault) => faultLine(devVars, fault)),
    ...(read.ok ? [] : read.reason).map((fault) => faultLine(configFile, fault)),
  ];
  if (faults.length > 0) {
    throw new SettingsFault(["Cannot start as settings have faults:", ...faults].join("\n"));
  }
  for (const [name, hook] of hooks) {
    if (hookSecrets(given, hook).ok) continue;
    say(`Hook ${name} answers 403 until ${hook.secret} is set in ${shown(devVars)}.`);
  }
  const variables = "CALLBACK_SECRET" in given ? given : withOwnSecret(given, stateDir, say);
  return {
    port,
    stateDir,
    variables,
    config,
  };
}

function objectsOfThisMachine(): LocalSettings["variables"] {
  const { objects } = capacityOf(openFilesMax());
  return objects === null ? {} : { HOLDLINE_OBJECTS_MAX: String(objects) };
}

/** Nothing is sent unsigned, also where nobody has thought of a secret: this machine keeps one of its own. */
function withOwnSecret(
  variables: LocalSettings["variables"],
  stateDir: string,
  say: (line: string) => void,
): LocalSettings["variables"] {
  const path = join(stateDir, "callback-secret");
  if (!existsSync(path)) {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(path, newSecret(), { mode: 0o600 });
  }
  say(`Callbacks are signed with the secret in ${shown(path)}: set CALLBACK_SECRET to choose it.`);
  return { ...variables, CALLBACK_SECRET: readFileSync(path, "utf8") };
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** A secret that cannot be used would be found when the first callback is asked for, or the first delivery has come. */
function faultsInSecrets(
  variables: LocalSettings["variables"],
  names: readonly string[],
): readonly Fault[] {
  const paths = new Set(names.flatMap((name) => [name, `${name}_PREVIOUS`]));
  return [...paths].flatMap((path) => {
    const text = variables[path] ?? "";
    const key = text === "" ? null : webhookKey(text);
    return key === null || key.ok ? [] : [{ path, message: `Is no secret: ${key.reason}` }];
  });
}

/** Those that have to be of Standard Webhooks' form: with any other a hook lets nobody in. */
function secretsOfHooks(hooks: readonly (readonly [string, Hook])[]): readonly string[] {
  return hooks.filter(([, hook]) => hook.profile === "standard").map(([, hook]) => hook.secret);
}

function faultsInVariables(variables: object): readonly Fault[] {
  try {
    readEnvironment(variables);
    return [];
  } catch (cause) {
    if (cause instanceof ConfigFault) return cause.faults;
    throw cause;
  }
}

/** `holdline.yaml:4: plugins.lab.concurrency: Must be …`: editors and terminals make a link of it. */
function faultLine(file: string, { path, message, line }: Fault): string {
  const place = line === undefined ? shown(file) : `${shown(file)}:${line}`;
  return `  ${[place, path, message].filter((part) => part !== "").join(": ")}`;
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = existsSync(file) ? "it cannot be read" : "there is no such file";
    const message = `Cannot use ${shown(file)} as settings: ${why}. HOLDLINE_CONFIG chooses another`;
    throw new SettingsFault(message, { cause });
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return PORT_DEFAULT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= PORT_MAX) return port;
  throw new SettingsFault(
    `Cannot use PORT=${text}: give a number from 0 (any free port) to ${PORT_MAX}`,
  );
}

function readDevVars(path: string, say: (line: string) => void): LocalSettings["variables"] {
  if (!existsSync(path)) {
    writeFileSync(path, firstDevVars(), { mode: 0o600 });
    say(`Wrote ${shown(path)}: on this machine everything is open, elsewhere nothing is.`);
  }
  return { ...parseEnv(readFileSync(path, "utf8")) } as LocalSettings["variables"];
}

/** As somebody in the project's folder would write it. */
function shown(path: string): string {
  const inside = relative(ROOT, path);
  return inside.startsWith("..") ? path : inside;
}

function inRoot(path: string): string {
  return isAbsolute(path) ? path : join(ROOT, path);
}
