/**
 * Makes of `holdline.yaml` (or the file that HOLDLINE_CONFIG names) what the gateway reads. wrangler runs
 * it before each build of the gateway (`[build]` in wrangler.toml): a file with faults is not deployed.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigFault } from "../src/config/fault.ts";
import { ROOT } from "./local/build.ts";
import { compiledSettings } from "./local/compiled-settings.ts";

const FOLDER = join(ROOT, ".holdline");

try {
  const name = process.env["HOLDLINE_CONFIG"] ?? "holdline.yaml";
  const compiled = compiledSettings(readFileSync(resolve(ROOT, name), "utf8"), name);
  mkdirSync(FOLDER, { recursive: true });
  // Two builds may run at once: whoever reads finds one of them whole.
  const draft = join(FOLDER, `holdline.settings.${process.pid}`);
  writeFileSync(draft, compiled);
  renameSync(draft, join(FOLDER, "holdline.settings"));
} catch (cause) {
  console.error(cause instanceof ConfigFault ? cause.message : cause);
  process.exitCode = 1;
}
