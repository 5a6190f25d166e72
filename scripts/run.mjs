/**
 * Runs a script (`x.ts`) or an installed command under the project's own Node.
 *
 * Plain JavaScript without dependencies, for the Node that the machine happens to have (20 or newer):
 * a fresh clone has neither packages nor Node 24. What is missing is installed first, so that
 * `npm start` and `npm test` work as the very first command.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const WINDOWS = process.platform === "win32";
const NODE = join(MODULES, "node", "bin", WINDOWS ? "node.exe" : "node");

/** npm writes this marker last, so an install that was cut short does not look finished. */
const INSTALLED = join(MODULES, ".package-lock.json");
const LOCK = join(ROOT, "package-lock.json");

function installedIsCurrent() {
  return (
    existsSync(INSTALLED) &&
    existsSync(NODE) &&
    statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs
  );
}

function install() {
  console.error("Installing what is missing (npm ci). This happens once.");
  // On standard error: the standard output belongs to the command that was asked for.
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    shell: WINDOWS,
  });
  if (npm.status !== 0) {
    fail("Cannot install the packages: 'npm ci' failed. Its message stands above.");
  }
  if (!existsSync(NODE)) {
    fail(
      "Cannot find the project's own Node: npm did not run the install script of the package 'node'.\n" +
        "Allow it (for instance: npm config set ignore-scripts false) and run 'npm ci' again.",
    );
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The file to hand to Node: a script of ours, or the entry of a command in node_modules/.bin. */
function entryOf(name) {
  if (name === undefined) fail("Usage: node scripts/run.mjs <script.ts | command> [argument ...]");
  if (name.endsWith(".ts")) return join(ROOT, name);
  const command = join(MODULES, ".bin", name);
  if (!existsSync(command)) fail(`Cannot find the command '${name}' in node_modules/.bin.`);
  return command;
}

if (!installedIsCurrent()) install();

const [name, ...args] = process.argv.slice(2);
const child = spawn(NODE, [entryOf(name), ...args], {
  cwd: ROOT,
  stdio: "inherit",
  // Commands started by the script find the project's Node before the machine's.
  env: { ...process.env, PATH: `${dirname(NODE)}${WINDOWS ? ";" : ":"}${process.env.PATH ?? ""}` },
});

// A Ctrl-C reaches the child by itself (same terminal); a `kill` of this process must be passed on.
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
process.on("SIGINT", () => {
  if (!process.stdin.isTTY) child.kill("SIGINT");
});

// npm runs us through a shell that dies without passing a signal on. Then nobody is left to stop us.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 500);
}

child.on("error", (error) => fail(`Cannot start ${NODE}: ${error.message}`));
child.on("exit", (code, signal) => {
  process.exit(code ?? (signal === "SIGINT" ? 130 : 143));
});
