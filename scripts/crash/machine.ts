import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../local/build.ts";
import type { History } from "./history.ts";

const BARE = join(ROOT, "scripts", "crash", "bare-server.ts");
const EVERY_MS = 250;

/**
 * Measures how late everything is on this machine, whatever the gateway does: how much longer than it
 * should a timer of this process and a request to a bare server beside the gateway take together.
 */
export async function watchMachine(history: History): Promise<() => void> {
  const child = fork(BARE, { stdio: "ignore" });
  const [url] = await once(child, "message");
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      const dueAt = Date.now() + EVERY_MS;
      await sleep(EVERY_MS);
      await fetch(String(url));
      history.note({ k: "machine", ms: Date.now() - dueAt });
    }
  };
  // It is killed when all is over, under a request or not.
  watch().catch(() => {});
  return () => {
    isOver = true;
    child.kill();
  };
}
