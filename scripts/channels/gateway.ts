import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ServerProcess, startServerProcess } from "../local/server-process.ts";

/** What a gateway of its own is started with. */
export type OwnGateway = {
  /** For its files and its state. */
  readonly folder: string;
  /** 0 = any free one. */
  readonly port: number;
  /** What `holdline.yaml` says. */
  readonly config: string;
  readonly variables: { readonly [name: string]: string };
  /** What it may have open at once; left out, as much as anybody here. */
  readonly filesMax?: number;
};

/** `npm start` with settings of its own, beside any other that runs on this machine. */
export function startOwnGateway(own: OwnGateway): Promise<ServerProcess> {
  const devVars = join(own.folder, "dev.vars");
  const variables = { HOLDLINE_ANONYMOUS: "admin", ...own.variables };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(devVars, lines.join(""), { mode: 0o600 });
  const config = join(own.folder, "holdline.yaml");
  writeFileSync(config, own.config);
  const env = {
    PORT: String(own.port),
    HOLDLINE_CONFIG: config,
    HOLDLINE_DEV_VARS: devVars,
    HOLDLINE_STATE_DIR: join(own.folder, "state"),
  };
  return startServerProcess(env, undefined, own.filesMax);
}
