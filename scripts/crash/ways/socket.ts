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

/** Has no heartbeat: that it tells whatever happens is all that can be asked of it while it is open. */
const NO_HEARTBEAT = null;

/** Nobody waits longer than this for it to open, or to be closed after the end. */
const PATIENCE_MS = 30_000;

function readSocket(caller: Caller): Promise<void> {
  const url = caller.client.url.replace(/^http/, "ws");
  const { promise, resolve } = Promise.withResolvers<void>();
  let isOpen = false;
  caller.holds();
  const line = new WebSocket(`${url}/jobs/${caller.jobId}/ws?after=${caller.seq}`);
  const over = (how: "ended" | "cut" | "hung") => {
    clearTimeout(late);
    resolve();
    line.removeEventListener("close", onClose);
    line.close();
    if (isOpen) caller.endsLive(how);
    else caller.holdsNoMore(how === "hung" ? "hung" : "cut");
  };
  const onClose = ({ wasClean }: CloseEvent) => over(wasClean ? "ended" : "cut");
  let late = setTimeout(over, PATIENCE_MS, "hung");
  line.addEventListener("open", () => {
    clearTimeout(late);
    isOpen = true;
    caller.holdsNoMore("answered");
    caller.opens(NO_HEARTBEAT);
  });
  line.addEventListener("message", ({ data }) => {
    if (caller.isTold) return;
    caller.takeLive(JSON.parse(String(data)) as Event);
    if (caller.isTold) late = setTimeout(over, PATIENCE_MS, "hung");
  });
  line.addEventListener("close", onClose);
  return promise;
}
