import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../local/build.ts";
import type { History } from "./history.ts";

const BARE = join(ROOT, "scripts", "crash", "bare-server.ts");
const EVERY_MS = 500;

/**
 * Measures what this machine has for anybody, whatever the gateway does: how late a timer of this process
 * and a request to a bare server are together, and how long that one takes for the same piece of work.
 */
export async function watchMachine(history: History): Promise<() => void> {
  const child = fork(BARE, { stdio: "ignore" });
  const [url] = await once(child, "message");
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      const dueAt = performance.now() + EVERY_MS;
      await sleep(EVERY_MS);
      const response = await fetch(String(url));
      const workMs = Number(await response.text());
      const lateMs = Math.max(0, performance.now() - dueAt - workMs);
      history.note({ k: "machine", lateMs: Math.round(lateMs), workMs: Math.round(workMs) });
    }
  };
  // It is killed when all is over, under a request or not.
  watch().catch(() => {});
  return () => {
    isOver = true;
    child.kill();
  };
}
