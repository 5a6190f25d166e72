import type { Reply } from "../http.ts";
import type { SlackWorld } from "./world.ts";

const SECOND_MS = 1000;

/** 429 where a channel has had enough for now; `null` = it has not. */
export function limited(world: SlackWorld, channelId: string): Reply | null {
  const { isAllowed, earlySince, resetAfterMs } = world.rates.take(channelId);
  if (earlySince !== null) {
    const what = "A call before the end of a 429";
    const found = { rule: "called_too_early", place: channelId, what, toldAt: earlySince };
    world.breaches.note(found);
  }
  if (isAllowed) return null;
  return {
    status: 429,
    headers: { "retry-after": String(Math.ceil(resetAfterMs / SECOND_MS)) },
    body: { ok: false, error: "ratelimited" },
  };
}
