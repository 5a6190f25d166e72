import { setTimeout as sleep } from "node:timers/promises";
import { isFinal } from "../job-view.ts";
import { type EndedJob, type Kind, labWork, look, type SteeredJob } from "./kind.ts";

const TOKEN = /with the token (\S+)$/;
const LOOK_MS = 300;

/** Taken on by its plugin, and completed by somebody else, who is shown the token. */
export const outside: Kind = {
  share: 3,
  plan: (random, name) => {
    const restMs = random.between(0, 5000);
    const steer = async (job: SteeredJob) => {
      await sleep(restMs);
      await complete(job);
    };
    const wrong = ({ job }: EndedJob) => (job.result?.text === name ? [] : ["has another's text"]);
    return labWork("later", { payload: {} }, { steer, wrong });
  },
};

/** With the token that is shown now: that of an attempt which a crash has cut off is worth nothing. */
async function complete(job: SteeredJob): Promise<void> {
  const body = { protocol: 1, status: "ok", text: job.name };
  for (;;) {
    const seen = await look(job);
    if (isFinal(seen)) return;
    const [, token] = TOKEN.exec(seen.progress?.message ?? "") ?? [];
    if (token !== undefined) {
      const headers = { authorization: `Bearer ${token}` };
      const path = `/jobs/${job.jobId}/complete`;
      const reply = await job.ask({ path, waitMs: 0, headers, body });
      job.note("complete", reply);
    }
    await sleep(LOOK_MS);
  }
}
