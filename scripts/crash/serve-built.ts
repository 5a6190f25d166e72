/**
 * The server of `npm start`, from Workers that were built and wired beforehand: whoever starts one after
 * another pays for that once, and not each time. Run as a process, with a file that holds all of it.
 */
import { readFileSync } from "node:fs";
import { type MiniflareWorker, runWorkers } from "../local/run-workers.ts";

type Built = {
  readonly workers: readonly MiniflareWorker[];
  readonly port: number;
  readonly stateDir: string;
};

const [, , path = ""] = process.argv;
const { workers, ...place } = JSON.parse(readFileSync(path, "utf8")) as Built;
const { url } = await runWorkers(workers, { ...place, onLog: (line) => console.error(line) });
console.log(`Holdline is ready on ${url}`);

// Whoever started it may die without a word: then it must not run on unseen.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(-process.pid, "SIGKILL");
}, 1000);
