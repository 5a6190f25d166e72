import { setTimeout as sleep } from "node:timers/promises";
import { rest } from "../client.ts";
import type { Way } from "./caller.ts";

const WAIT_SECONDS = 8;

/** A job that asks something is at rest, and whoever waits for it is answered at once. */
const AT_REST_MS = 500;

/** `GET /jobs/{id}/result?wait=`, again and again. */
export const result: Way = {
  share: 4,
  hear: async (caller) => {
    for (let failed = 0; !caller.isTold; ) {
      const reply = await caller.held({
        path: `/jobs/${caller.jobId}/result?wait=${WAIT_SECONDS}`,
        waitMs: WAIT_SECONDS * 1000,
        isNotYet: ({ status }) => status === 202,
      });
      if (reply === null || (reply.status >= 500 && reply.body["job_id"] === undefined)) {
        await rest(failed);
        failed += 1;
        continue;
      }
      failed = 0;
      caller.takeEnd(reply.body);
      if (reply.body["kind"] === "waiting") await sleep(AT_REST_MS);
    }
  },
};
