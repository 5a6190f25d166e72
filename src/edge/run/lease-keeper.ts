import { type DurationMs, seconds } from "../../lang/time.ts";
import { logError } from "../log.ts";

/** After an extension that failed: three more fit before the lease is over, the next regular one not. */
const EXTEND_AGAIN_MS = seconds(3);

/**
 * Extends a lease every `everyMs` until it is stopped, and sooner where that failed.
 *
 * @param extend Rejects where it is not known whether the lease was extended.
 * @returns What stops it; an extension underway comes to its end.
 */
export function keepLease(extend: () => Promise<void>, everyMs: DurationMs): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const extendAfter = (ms: number) => {
    timer = setTimeout(() => void extendOnce(), ms);
  };
  const extendOnce = async () => {
    const isExtended = await succeeds(extend);
    if (!isStopped) extendAfter(isExtended ? everyMs : Math.min(everyMs, EXTEND_AGAIN_MS));
  };
  extendAfter(everyMs);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

async function succeeds(extend: () => Promise<void>): Promise<boolean> {
  try {
    await extend();
    return true;
  } catch (cause) {
    logError("runs.extend_failed", cause);
    return false;
  }
}
