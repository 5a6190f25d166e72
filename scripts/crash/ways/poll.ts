import { setTimeout as sleep } from "node:timers/promises";
import type { Way } from "./caller.ts";

const EVERY_MS = 1200;
const WAIT_SECONDS = 7;

/** `GET /jobs/{id}`, now and then. */
export const poll: Way = {
  share: 3,
  hear: async (caller) => {
    while (!caller.isTold) {
      const reply = await caller.held(`/jobs/${caller.jobId}`, 0);
      if (reply !== null) caller.takeEnd(reply.body);
      if (!caller.isTold) await sleep(EVERY_MS);
    }
  },
};

/** `GET /jobs/{id}?wait=` with `If-None-Match`: answered whenever the job has moved on. */
export const longPoll: Way = {
  share: 3,
  hear: async (caller) => {
    let etag = "";
    while (!caller.isTold) {
      const headers = etag === "" ? {} : { "if-none-match": etag };
      const path = `/jobs/${caller.jobId}?wait=${WAIT_SECONDS}`;
      const reply = await caller.held(path, WAIT_SECONDS * 1000, { headers });
      if (reply?.status === 200) {
        etag = reply.headers.get("etag") ?? "";
        caller.takeEnd(reply.body);
      } else if (reply?.status !== 304) await sleep(EVERY_MS);
    }
  },
};
