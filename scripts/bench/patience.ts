import { type Ask, askerOf } from "./client.ts";

const WAIT_MS = 1000;

/** Jobs that outlast their callers, one for each thing that a job can be at then. */
export const OUTLASTING = {
  direct: { path: "/trigger/lab/sleep", payload: { ms: 1500 } },
  queued: { path: "/trigger/lab/work", payload: { ms: 1500 } },
  "backing off": {
    path: "/trigger/lab/flaky",
    payload: { failures: 1, retry_after_ms: 3_600_000 },
  },
} as const;

export type Outlasting = keyof typeof OUTLASTING;

/**
 * How long after their patience was over so many callers had their 202, in ms, each measured from the
 * instant of asking: their way there and the job's making are in it.
 *
 * @throws when one is answered anything but 202 with `timeout_exceeded`.
 */
export async function patienceDelays(
  url: string,
  kind: Outlasting,
  callers: number,
): Promise<readonly number[]> {
  const ask = askerOf(url, new URL(url).host, callers);
  return Promise.all(Array.from({ length: callers }, () => patienceDelay(ask, kind)));
}

async function patienceDelay(ask: Ask, kind: Outlasting): Promise<number> {
  const { path, payload } = OUTLASTING[kind];
  const askedAt = performance.now();
  const { status, text } = await ask(path, { payload, wait: WAIT_MS / 1000 });
  const delayMs = performance.now() - askedAt - WAIT_MS;
  if (status !== 202 || JSON.parse(text).timeout_exceeded !== true) {
    throw new Error(`Expected 202 with timeout_exceeded, found ${status}: ${text}`);
  }
  return Math.round(delayMs);
}
