/** `npm run types`: the runtime's types for the pinned compatibility date, then every project. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./local/build.ts";

const RUNTIME = join(ROOT, "worker-configuration.d.ts");
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

/** The core without DOM and Worker types, the Workers and their tests, the tools and the other tests. */
const PROJECTS = ["src/core", ".", "test"];

const isStale =
  !existsSync(RUNTIME) || statSync(RUNTIME).mtimeMs < statSync(join(ROOT, "wrangler.toml")).mtimeMs;
if (isStale) run(WRANGLER, "types", "--include-env=false", RUNTIME);
for (const project of PROJECTS) run(TSC, "--noEmit", "--project", project);
console.log(`types: checked ${PROJECTS.length} projects`);

function run(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  if (status === 0) return;
  console.error(stdout, stderr);
  process.exit(1);
}
