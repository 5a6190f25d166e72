import { type Fields, type Reply, rest } from "../client.ts";
import type { Way } from "./caller.ts";

const WAIT_MS = 6000;
const OTHERS = 2;

/** `POST /jobs/wait`: with some others that are open, until the own one is over. */
export const jobsWait: Way = {
  share: 3,
  hear: async (caller) => {
    // In turns: with `any` somebody else's job ends the wait, with `all` it makes it last.
    for (let failed = 0, turn = 0; !caller.isTold; turn += 1) {
      const others = caller.others().slice(0, OTHERS);
      const mode = turn % 2 === 0 ? "all" : "any";
      const body = { job_ids: [...new Set([caller.jobId, ...others])], mode, timeout_ms: WAIT_MS };
      const reply = await caller.held({
        path: "/jobs/wait",
        waitMs: WAIT_MS,
        body,
        isNotYet: isNotYet(mode),
      });
      if (reply?.status !== 200) {
        await rest(failed);
        failed += 1;
        continue;
      }
      failed = 0;
      const { completed, failed: ended } = reply.body as {
        readonly [group: string]: readonly Fields[];
      };
      const own = [...(completed ?? []), ...(ended ?? [])].find(
        ({ job_id: id }) => id === caller.jobId,
      );
      if (own !== undefined) caller.takeEnd(own);
      // With `any`, another one may have been over all the time.
      else await rest(0);
    }
  },
};

/** By what it says of the jobs, and not by the word that it has for that. */
function isNotYet(mode: "any" | "all"): (reply: Reply) => boolean {
  return ({ status, body }) => {
    const lengthOf = (group: string) => Number(Object(body[group]).length);
    const isOver = lengthOf("completed") + lengthOf("failed") > 0;
    return status === 200 && (mode === "any" ? !isOver : lengthOf("pending") > 0);
  };
}
