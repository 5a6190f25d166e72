import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../seed/random.ts";
import { type EndedJob, type Kind, labWork, look, type SteeredJob, type Work } from "./kind.ts";

/** Longer than anybody waits before they cancel, unless a crash keeps them from it. */
const LONG_MS = 30_000;

/** In the queue, one that nobody cancels keeps all others waiting. */
const QUEUED_MS = 5000;

const ENDS = ["cancelled", "succeeded"];
const LOOKS_MAX = 50;
const LOOK_MS = 200;

/** Cancelled while its object holds the attempt. */
export const cancelled: Kind = {
  share: 2,
  plan: (random) => labWork("sleep", { payload: { ms: LONG_MS } }, cancelling(random)),
};

/** Cancelled in the queue, or while a consumer holds the attempt. */
export const cancelledQueued: Kind = {
  share: 2,
  plan: (random) => labWork("work", { payload: { ms: QUEUED_MS } }, cancelling(random)),
};

/** Cancelled in the rest between two attempts. */
export const cancelledResting: Kind = {
  share: 2,
  plan: () => {
    const payload = { failures: 99, retry_after_ms: LONG_MS };
    return labWork("flaky", { payload }, { ends: ENDS, steer: cancelInRest, wrong: untold });
  },
};

function cancelling(random: Random): Partial<Work> {
  const afterMs = random.between(0, 3000);
  const steer = async (job: SteeredJob) => {
    await sleep(afterMs);
    await cancel(job);
  };
  return { ends: ENDS, steer, wrong: untold };
}

async function cancelInRest(job: SteeredJob): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const { waits_for: waitsFor, finished_at: finishedAt } = await look(job);
    if (waitsFor === "retry" || finishedAt !== null) break;
    await sleep(LOOK_MS);
  }
  await cancel(job);
}

/** Until it is answered; the answer says what the job is, whoever made it so. */
async function cancel(job: SteeredJob): Promise<void> {
  const body = { reason: "The crash laboratory said so" };
  const reply = await job.ask({ path: `/jobs/${job.jobId}/cancel`, waitMs: 0, body });
  job.note("cancel", reply);
}

/** Whoever cancels is told what the job is, and that is what it stays. */
function untold({ job, acts }: EndedJob): readonly string[] {
  const told = acts.filter(({ what }) => what === "cancel").map(({ answer }) => answer);
  return told.filter((status) => status !== job.status).map((status) => `was told ${status}`);
}
