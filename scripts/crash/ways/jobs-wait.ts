import type { Fields } from "../client.ts";
import { rest } from "../client.ts";
import type { Way } from "./caller.ts";

const WAIT_MS = 6000;
const OTHERS = 2;

/** `POST /jobs/wait`: with some others that are open, until the own one is over. */
export const jobsWait: Way = {
  share: 3,
  hear: async (caller) => {
    for (let failed = 0; !caller.isTold; ) {
      const others = caller.others().slice(0, OTHERS);
      const mode = others.length % 2 === 0 ? "any" : "all";
      const body = { job_ids: [...new Set([caller.jobId, ...others])], mode, timeout_ms: WAIT_MS };
      const reply = await caller.held("/jobs/wait", WAIT_MS, { body });
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
