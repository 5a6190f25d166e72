import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { History } from "./history.ts";

const EVERY_MS = 250;
const MS_MAX = 30_000;

/**
 * One request after another that waits for nothing. What it takes is what the machine takes: callers,
 * receivers, both channels and the server share its few cores with whatever else runs there.
 */
export function startPulse(client: Client, history: History): () => void {
  let isOver = false;
  const beat = async () => {
    while (!isOver) {
      const startedAt = Date.now();
      const reply = await client.ask("/healthz", { msMax: MS_MAX });
      const ms = Date.now() - startedAt;
      // One that was cut off has waited as well; where nobody is there, it is refused at once.
      if (reply !== "cut" || ms > EVERY_MS) history.note({ k: "pulse", ms });
      await sleep(EVERY_MS);
    }
  };
  void beat();
  return () => {
    isOver = true;
  };
}
