import type { Caller } from "./caller.ts";
import { trigger } from "./work.ts";

/** Enough to keep the server busy, and few enough that it refuses nobody. */
const CALLERS = 32;
const WARM_MS = 2000;
const MEASURE_MS = 10_000;

/**
 * How many triggers a second the server carries, by callers who wait for their answers.
 *
 * @throws when one is not taken on.
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
      if (status !== 200 && status !== 202) throw new Error(`A trigger got ${status} ${code}`);
      count += 1;
    }
  });
  await Promise.all(lines);
  return count;
}
