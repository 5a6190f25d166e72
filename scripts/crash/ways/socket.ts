import { rest } from "../client.ts";
import type { Caller, Event, Way } from "./caller.ts";

/** `GET /jobs/{id}/ws`, with `?after=` after every cut. */
export const socket: Way = {
  share: 4,
  hear: async (caller) => {
    for (let cuts = 0; !caller.isTold; cuts += 1) {
      if (cuts > 0) await rest(cuts);
      await readSocket(caller);
    }
  },
};

function readSocket(caller: Caller): Promise<void> {
  const url = caller.client.url.replace(/^http/, "ws");
  const line = new WebSocket(`${url}/jobs/${caller.jobId}/ws?after=${caller.seq}`);
  const { promise, resolve } = Promise.withResolvers<void>();
  line.addEventListener("message", ({ data }) => {
    if (!caller.isTold) caller.take(JSON.parse(String(data)) as Event);
  });
  line.addEventListener("close", () => resolve());
  line.addEventListener("error", () => resolve());
  return promise;
}
