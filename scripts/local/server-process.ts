import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./build.ts";

export type ServerProcess = {
  /** Of the process group in which all of it runs. */
  readonly pid: number;
  readonly url: string;
  /** SIGKILL to the whole tree: nothing gets to say good-bye. */
  readonly kill: () => Promise<void>;
};

/** A server that may not be up yet. */
export type SpawnedServer = {
  readonly pid: ServerProcess["pid"];
  /** Where it is, once it is up; rejects when it ends before that, or takes too long. */
  readonly ready: Promise<string>;
  readonly kill: ServerProcess["kill"];
  /** When it ends, whoever ends it. */
  readonly ended: Promise<ProcessEnd>;
  /** What it has said last. */
  readonly lines: readonly string[];
};

type ProcessEnd = { readonly code: number | null; readonly signal: string | null };

const READY = /Holdline is ready on (http:\S+)/;
const READY_MS_MAX = 60_000;

const START = join(ROOT, "scripts", "start.ts");
const LINES_KEPT = 50;

/**
 * `npm start` in a process group of its own, with the given settings.
 *
 * @param args Another script, which says as `npm start` does when it is ready, and its arguments.
 * @param filesMax What each of its processes may have open at once; left out, as many as this one.
 */
export async function startServerProcess(
  env: NodeJS.Dict<string>,
  args: readonly string[] = [START],
  filesMax?: number,
): Promise<ServerProcess> {
  const { pid, ready, kill } = spawnServerProcess(env, args, filesMax);
  return { pid, url: await ready, kill };
}

/** The same for whoever wants to kill it before it is up. */
export function spawnServerProcess(
  env: NodeJS.Dict<string>,
  args: readonly string[] = [START],
  filesMax?: number,
): SpawnedServer {
  const limit = filesMax === undefined ? ":" : `ulimit -n ${filesMax}`;
  const child = spawn("sh", ["-c", `${limit}; exec "$0" "$@"`, process.execPath, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const gone = once(child, "close");
  const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }) as ProcessEnd);
  const lines: string[] = [];
  const ready = whenReady(child, lines);
  // Whoever kills it does not wait for it.
  ready.catch(() => {});
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    }
    await gone;
  };
  return { pid: child.pid ?? 0, ready, kill, ended, lines };
}

async function whenReady(child: ChildProcess, lines: string[]): Promise<string> {
  const found = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      const [, url] = READY.exec(line) ?? [];
      if (url !== undefined) found.resolve(url);
    });
  }
  const late = setTimeout(() => found.reject(new Error("It was not ready in time")), READY_MS_MAX);
  child.once("exit", (code) => found.reject(new Error(`It ended with ${code}`)));
  try {
    return await found.promise;
  } catch (cause) {
    throw new Error(`Cannot start the server:\n${lines.slice(-20).join("\n")}`, { cause });
  } finally {
    clearTimeout(late);
  }
}
