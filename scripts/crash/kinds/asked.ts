import { setTimeout as sleep } from "node:timers/promises";
import { isFinal } from "../job-view.ts";
import { type EndedJob, type Kind, labWork, look, type SteeredJob } from "./kind.ts";

const OPTIONS = ["blue", "red"] as const;
const VIEW = { title: "Which colour?", options: OPTIONS.map((id) => ({ id })) };

/** Asks, and is answered after a while: by one, or by two at once who do not agree. */
export const asked: Kind = {
  share: 4,
  plan: (random) => {
    const restMs = random.between(0, 6000);
    const choices = random.pick([["blue"], ["red"], OPTIONS, OPTIONS]);
    const steer = async (job: SteeredJob) => {
      const waitId = await question(job);
      await sleep(restMs);
      if (waitId !== null) await Promise.all(choices.map((choice) => answer(job, waitId, choice)));
    };
    return labWork("ask", { payload: { view: VIEW } }, { steer, wrong: notAnswered });
  },
};

/** `null`: nothing is asked any more. */
async function question(job: SteeredJob): Promise<string | null> {
  for (;;) {
    const seen = await look(job, 10);
    if (seen.wait !== null) return seen.wait.wait_id;
    if (isFinal(seen)) return null;
  }
}

/** The same answer again, where nobody heard what came of it, is the same one. */
async function answer(job: SteeredJob, waitId: string, choice: string): Promise<void> {
  const body = { wait_id: waitId, action: "accept", values: { choice } };
  const reply = await job.ask({ path: `/jobs/${job.jobId}/resume`, waitMs: 0, body });
  job.note(`resume ${choice}`, reply);
}

/** Exactly one answer was taken, and the job went on with it. */
function notAnswered({ job, acts }: EndedJob): readonly string[] {
  const taken = acts.filter(({ what, status }) => what.startsWith("resume ") && status < 300);
  if (taken.length !== 1) return [`${taken.length} answers were taken`];
  const [, choice] = taken[0]?.what.split(" ") ?? [];
  const { choice: given } = Object(job.result?.output) as { readonly choice?: string };
  return given === choice ? [] : [`was answered ${choice} and went on with ${given}`];
}
