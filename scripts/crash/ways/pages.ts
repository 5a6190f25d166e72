import { rest } from "../client.ts";
import type { Event, Way } from "./caller.ts";

const WAIT_SECONDS = 6;

/** `GET /jobs/{id}/events?after=&wait=`: page after page. */
export const pages: Way = {
  share: 3,
  hear: async (caller) => {
    for (let failed = 0; !caller.isTold; ) {
      const reply = await caller.held({
        path: `/jobs/${caller.jobId}/events?after=${caller.seq}&limit=5&wait=${WAIT_SECONDS}`,
        waitMs: WAIT_SECONDS * 1000,
        isNotYet: ({ status, body }) => status === 200 && Object(body["events"]).length === 0,
      });
      if (reply?.status !== 200) {
        await rest(failed);
        failed += 1;
        continue;
      }
      failed = 0;
      const { events } = reply.body as { readonly events: readonly Event[] };
      for (const event of events) if (!caller.isTold) caller.take(event);
    }
  },
};
