import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { slotUseOf } from "../../src/core/job/slot.ts";
import { ONLY_STEP, type StepId } from "../../src/core/job/step.ts";
import type { SlotRef } from "../../src/core/lane/slot.ts";
import type { StateUpdates } from "../../src/core/lane/state.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { JobWork } from "../../src/edge/job/job-work.ts";
import { aJob, aPlan, aState, T0 } from "../support/a-job.ts";

const LEAVES: { readonly ref: SlotRef; readonly updates: StateUpdates | null }[] = [];

/** A lane whose answer to `enter` has been on its way for long: by now the attempt has had its slot. */
const LATE_LANE = {
  enter: async () => "granted",
  leave: async (ref: SlotRef, updates: StateUpdates | null) => void LEAVES.push({ ref, updates }),
};

test("an attempt that came to its end before it heard of its slot loses nothing of the state", async () => {
  const updates = { updates: { count: 1 }, replace: false };
  const plan = aPlan({ lane: { concurrency: 1, isStateful: true } });
  const over = aJob(aState.succeeded({ stateUpdates: updates }), { plan });
  const lanes = { idFromName: () => "lane", get: () => LATE_LANE };
  const done: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => void done.push(work) };
  const job = {
    grant: async () => false,
    slotUse: async (step: StepId, attempt: number) => slotUseOf(over, step, attempt),
  };
  const work = new JobWork(
    context as unknown as DurableObjectState,
    () => ({ ...env, LANES: lanes }) as unknown as GatewayEnv,
    job as unknown as ConstructorParameters<typeof JobWork>[2],
  );

  work.perform(over, { kind: "line_up", step: ONLY_STEP, attempt: 1, since: T0 }, "now");
  await Promise.all(done);

  expect(LEAVES).toEqual([{ ref: { job: over.id, step: ONLY_STEP, attempt: 1 }, updates }]);
});
