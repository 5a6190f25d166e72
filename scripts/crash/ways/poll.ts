import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "../client.ts";
import type { Way } from "./caller.ts";

const EVERY_MS = 1200;
const WAIT_SECONDS = 7;

/** `GET /jobs/{id}`, now and then. */
export const poll: Way = {
  share: 3,
  hear: async (caller) => {
    while (!caller.isTold) {
      const reply = await caller.held({ path: `/jobs/${caller.jobId}`, waitMs: 0 });
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
      const reply = await caller.held({
        path: `/jobs/${caller.jobId}?wait=${WAIT_SECONDS}`,
        waitMs: WAIT_SECONDS * 1000,
        headers: etag === "" ? {} : { "if-none-match": etag },
        isNotYet: etag === "" ? isMoving : isNoNews(etag),
      });
      if (reply?.status === 200) {
        etag = reply.headers.get("etag") ?? "";
        caller.takeEnd(reply.body);
      } else if (reply?.status !== 304) await sleep(EVERY_MS);
    }
  },
};

/** Neither over nor waiting for an answer: nothing yet for who waits without an `ETag`. */
export function isMoving({ status, body }: Reply): boolean {
  return status === 200 && body["finished_at"] === null && body["status"] !== "waiting";
}

function isNoNews(etag: string): (reply: Reply) => boolean {
  return ({ status, headers }) =>
    status === 304 || (status === 200 && headers.get("etag") === etag);
}
