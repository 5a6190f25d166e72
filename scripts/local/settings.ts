import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { parseEnv } from "node:util";
import { readEnvironment } from "../../src/config/environment.ts";
import { ROOT } from "./build.ts";

export type LocalSettings = {
  readonly port: number;
  readonly stateDir: string;
  /** What the gateway is given: the local defaults, then `.dev.vars`. */
  readonly variables: { readonly [name: string]: string };
};

const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;

/** Where a deployment has other defaults (contract, section 11). */
const LOCAL_DEFAULTS = { QUEUE_RUNNER: "object" };

const FIRST_DEV_VARS = `# Variables and secrets of the gateway on this machine. Never committed, never deployed.
# Whoever addresses this machine by a loopback name may do everything without a token.
HOLDLINE_ANONYMOUS=admin
`;

/** A setting of `npm start` that cannot be used. The message says what to do. */
export class SettingsFault extends Error {
  override readonly name = "SettingsFault";
}

/**
 * Reads PORT, HOLDLINE_STATE_DIR and HOLDLINE_DEV_VARS, and writes a first `.dev.vars` where there is
 * none.
 *
 * @throws {SettingsFault} for a port that is none.
 * @throws {ConfigFault} for variables that the gateway would refuse, all faults at once.
 */
export function readSettings(env: NodeJS.ProcessEnv, say: (line: string) => void): LocalSettings {
  const variables = {
    ...LOCAL_DEFAULTS,
    ...readDevVars(inRoot(env["HOLDLINE_DEV_VARS"] ?? ".dev.vars"), say),
  };
  readEnvironment(variables);
  return {
    port: readPort(env["PORT"]),
    stateDir: inRoot(env["HOLDLINE_STATE_DIR"] ?? join(".holdline", "state")),
    variables,
  };
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return PORT_DEFAULT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= PORT_MAX) return port;
  throw new SettingsFault(
    `Cannot use PORT=${text}: give a number from 0 (any free port) to ${PORT_MAX}`,
  );
}

function readDevVars(path: string, say: (line: string) => void): NodeJS.Dict<string> {
  if (!existsSync(path)) {
    writeFileSync(path, FIRST_DEV_VARS, { mode: 0o600 });
    say(`Wrote ${relative(ROOT, path)}: on this machine everything is open, elsewhere nothing is.`);
  }
  return parseEnv(readFileSync(path, "utf8"));
}

function inRoot(path: string): string {
  return isAbsolute(path) ? path : join(ROOT, path);
}
