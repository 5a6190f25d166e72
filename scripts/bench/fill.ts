import { rest } from "./counted.ts";
import type { Work } from "./measure.ts";

const CONCURRENCY = 8;

/**
 * A new object has three files open for ten seconds: at this rate all together stay well below what a
 * process may have open.
 */
const FILL_PER_SECOND = 400;
const FILL_CHUNK = 100;

/** Does so much work, no faster than the server can open files for it. */
export async function fill({ run }: Work, times: number): Promise<void> {
  for (let left = times; left > 0; left -= FILL_CHUNK) {
    const turn = rest((1000 * FILL_CHUNK) / FILL_PER_SECOND);
    let inChunk = Math.min(left, FILL_CHUNK);
    const callers = Array.from({ length: CONCURRENCY }, async () => {
      while (inChunk > 0) {
        inChunk -= 1;
        await run();
      }
    });
    await Promise.all([turn, ...callers]);
  }
}
