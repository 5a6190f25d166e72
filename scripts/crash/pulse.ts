import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { History } from "./history.ts";

const EVERY_MS = 250;
const MS_MAX = 30_000;

/** One request after another that waits for nothing: whether the server has time for anybody. */
export function startPulse(client: Client, history: History): () => void {
  let isOver = false;
  const beat = async () => {
    while (!isOver) {
      const startedAt = Date.now();
      const reply = await client.ask("/healthz", { msMax: MS_MAX });
      const how = typeof reply === "string" ? reply : "answered";
      history.note({ k: "pulse", ms: Date.now() - startedAt, how });
      await sleep(EVERY_MS);
    }
  };
  void beat();
  return () => {
    isOver = true;
  };
}
