import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import { trigger } from "./work.ts";

/** Enough to keep the server busy. */
const CALLERS = 32;
/** Whoever is refused, because all files are in use, comes again. */
const REST_MS = 50;
const WARM_MS = 2000;
const MEASURE_MS = 10_000;

/**
 * How many triggers a second the server carries, by callers who wait for their answers.
 *
 * @throws when one is neither taken on nor refused.
 */
export async function capacityOf(caller: Caller): Promise<number> {
  await taken(caller, WARM_MS);
  return (await taken(caller, MEASURE_MS)) / (MEASURE_MS / 1000);
}

async function taken(caller: Caller, forMs: number): Promise<number> {
  const until = performance.now() + forMs;
  let count = 0;
  const lines = Array.from({ length: CALLERS }, async () => {
    while (performance.now() < until) {
      const { status, code } = await trigger(caller, count);
      if (status === 200 || status === 202) count += 1;
      else if (status === 503) await sleep(REST_MS);
      else throw new Error(`A trigger got ${status} ${code}`);
    }
  });
  await Promise.all(lines);
  return count;
}
