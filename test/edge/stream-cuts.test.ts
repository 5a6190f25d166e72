import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { aBatch, anEnd, aSuccess } from "../support/a-command.ts";
import { CLAIM, newObject, submit, type TestObject } from "./support.ts";
import { type SeenEvent, streamPart } from "./watchers.ts";

/** What happens to the reader's connection, or to the job's object, after so many events. */
const aCut = fc.record({
  after: fc.integer({ min: 1, max: 12 }),
  eviction: fc.constantFrom("none" as const, "sleep" as const, "close" as const),
});

const aStory = fc.record({
  cuts: fc.array(aCut, { minLength: 20, maxLength: 20 }),
  /** Things that the job says: before anyone reads, and then between one part and the next. */
  said: fc.integer({ min: 0, max: 120 }),
  saidMeanwhile: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 20, maxLength: 20 }),
});

/** Lets a running job say so many things, and returns the number of the last. */
async function say(object: TestObject, from: number, count: number): Promise<number> {
  for (let number = from + 1; number <= from + count; number += 1) {
    const batch = aBatch({ number, text: `${number} ` });
    await object.job.progress(ONLY_STEP, CLAIM.token, batch);
  }
  return from + count;
}

async function evict(object: TestObject, how: "none" | "sleep" | "close"): Promise<void> {
  if (how === "sleep") await evictDurableObject(object.stub);
  if (how === "close") await evictDurableObject(object.stub, { webSockets: "close" });
}

test("a stream that is cut anywhere, 200 times, misses nothing and doubles nothing", async () => {
  let cutsInAll = 0;
  await fc.assert(
    fc.asyncProperty(aStory, async ({ cuts, said, saidMeanwhile }) => {
      const object = newObject();
      await submit(object);
      await object.job.claim(CLAIM);
      let number = await say(object, 0, said);

      const seen: SeenEvent[] = [];
      for (const [index, { after, eviction }] of cuts.entries()) {
        const speaking = say(object, number, saidMeanwhile[index] ?? 0);
        const { seq } = (await object.job.snapshot()) ?? { seq: 0 };
        // A part ends after so many events, or with the last there are: the next is not there yet.
        const left = Math.min(after, seq - (seen.at(-1)?.seq ?? 0));
        // The object goes while the stream is being read.
        const evicted = evict(object, eviction);
        if (left > 0) {
          seen.push(...(await streamPart(object.id, seen.at(-1)?.seq, (count) => count < left)));
          cutsInAll += 1;
        }
        [number] = await Promise.all([speaking, evicted]);
      }
      await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));
      seen.push(...(await streamPart(object.id, seen.at(-1)?.seq, () => true)));

      const { seq: last = 0 } = (await object.job.snapshot()) ?? {};
      expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, at) => at + 1));
      const page = await object.job.events(0, 10_000);
      expect(seen.slice(0, 50)).toEqual(page?.events.slice(0, 50));
    }),
    { numRuns: 12 },
  );
  expect(cutsInAll).toBeGreaterThanOrEqual(200);
});
