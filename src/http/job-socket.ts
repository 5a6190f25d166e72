import { logError } from "../edge/log.ts";
import type { EventPage } from "../edge/watch/watch.ts";
import { watchEvents } from "../edge/watch/watch-job.ts";
import type { Call } from "./call.ts";
import { jobOf } from "./jobs.ts";
import { problemResponse } from "./problem.ts";
import { enterLine, type Leave } from "./waiter-caps.ts";
import { readQuery, SocketQuery } from "./watch-query.ts";

/** RFC 6455, section 7.4.1. */
const NORMAL = 1000;
const TRY_AGAIN_LATER = 1013;

/**
 * What one connection is sent of a backlog. A socket does not say how much of it its reader has taken,
 * and what a reader does not take fills the memory that all callers of this isolate share.
 */
const BACKLOG_LENGTH_MAX = 16_777_216;

/** `GET /jobs/{id}/ws`: the stream of events over a WebSocket, one JSON event a message. */
export async function openJobSocket(call: Call): Promise<Response> {
  const { request, origin } = call;
  const job = jobOf(call);
  const query = readQuery(SocketQuery, request);
  if (!query.ok) return problemResponse(origin, query.reason);
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return problemResponse(origin, {
      code: "upgrade_required",
      detail: "Open this path with a WebSocket client; /events has the same over HTTP",
      headers: { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" },
    });
  }
  // Browsers open sockets to any site without asking: only pages of this very origin may.
  const from = request.headers.get("origin");
  if (from !== null && from !== origin) {
    const detail = "Open this socket from your own server or page, not from a page of another site";
    return problemResponse(origin, { code: "cross_origin", detail });
  }
  const entered = enterLine(call, null);
  if (!entered.ok) return problemResponse(origin, entered.reason);

  const gone = new AbortController();
  const pages = watchEvents(job, query.value.after ?? 0, { until: null, signal: gone.signal });
  const first = await pages.next().catch((cause: unknown) => {
    entered.value();
    throw cause;
  });
  const { 0: client, 1: socket } = new WebSocketPair();
  socket.accept();
  const leave: Leave = () => {
    entered.value();
    gone.abort();
  };
  socket.addEventListener("close", leave);
  socket.addEventListener("error", leave);
  call.waitUntil(relay(first, pages, socket).finally(leave));
  return new Response(null, { status: 101, webSocket: client });
}

async function relay(
  first: IteratorResult<EventPage>,
  rest: AsyncGenerator<EventPage>,
  socket: WebSocket,
): Promise<void> {
  try {
    let backlogLength = 0;
    for (let page = first; page.done !== true; page = await rest.next()) {
      const { events, final, more } = page.value;
      const texts = events.map((event) => JSON.stringify(event));
      for (const text of texts) socket.send(text);
      if (final) return socket.close(NORMAL, "The job is over");
      backlogLength += texts.reduce((length, text) => length + text.length, 0);
      if (more && backlogLength > BACKLOG_LENGTH_MAX) break;
    }
    socket.close(TRY_AGAIN_LATER, "Come back with ?after=");
  } catch (cause) {
    logError("socket.broken", cause);
    socket.close(TRY_AGAIN_LATER, "Come back with ?after=");
  }
}
