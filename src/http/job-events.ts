import type { JobHandle } from "../edge/job/job-client.ts";
import { JobNotFoundFault } from "../edge/job/job-client.ts";
import { eventsAfter } from "../edge/watch/wait.ts";
import type { EventPage } from "../edge/watch/watch.ts";
import { watchEvents } from "../edge/watch/watch-job.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import { onHold } from "./hold.ts";
import { jobOf } from "./jobs.ts";
import { invalidRequest, problemResponse } from "./problem.ts";
import { COMMENT_EVERY_MS, eventStream } from "./sse.ts";
import { enterLine, type Leave } from "./waiter-caps.ts";
import { EventsQuery, readPatience, readQuery } from "./watch-query.ts";

/** `GET /jobs/{id}/events`: the log as a page, or as a stream for who accepts one (contract, section 5). */
export async function getJobEvents(call: Call): Promise<Response> {
  const job = jobOf(call);
  const query = readQuery(EventsQuery, call.request);
  if (!query.ok) return problemResponse(call.origin, query.reason);
  const { after = 0, limit } = query.value;
  if (wantsStream(call.request)) return resumedStream(call, job, after);

  const patience = readPatience(query.value, call);
  if (!patience.ok) return problemResponse(call.origin, patience.reason);
  const { until, waitMs, headers } = patience.value;
  return onHold(call, until, async () => {
    const told = waitMs > 0 ? await eventsAfter(job, after, until) : null;
    const isNews = told !== null && told.events.length > 0;
    // Nobody waits for what comes after the end, but it is there to be read.
    const mayBeMore = waitMs === 0 || told?.final === true;
    const page = isNews || !mayBeMore ? told : await pageOf(job, after, limit);
    return pageResponse(page ?? NOTHING_NEW, { after, limit, headers });
  });
}

async function pageOf(job: JobHandle, after: number, limit: number): Promise<EventPage> {
  const page = await job.call((object) => object.events(after, limit));
  if (page === null) throw new JobNotFoundFault();
  return page;
}

/** Whether a caller asks for Server-Sent Events. HEAD asks for nothing that has a body. */
export function wantsStream({ method, headers }: Request): boolean {
  return method !== "HEAD" && (headers.get("accept") ?? "").includes("text/event-stream");
}

/** A stream of everything that happens to a job from event number `after` on. */
export async function streamResponse(
  job: JobHandle,
  options: {
    readonly after: number;
    readonly leave: Leave;
    readonly headers?: { readonly [name: string]: string };
    /** Somebody depends on a hang-up being heard soon. */
    readonly onHangUp?: () => void;
  },
): Promise<Response> {
  const { after, headers = {}, onHangUp } = options;
  const gone = new AbortController();
  const leave = () => {
    options.leave();
    gone.abort();
  };
  const pages = watchEvents(job, after, { until: null, signal: gone.signal });
  // The first words come at once, and say whether there is a job, and whether anything is left to tell.
  const first = await firstOf(pages, leave);
  if (first.events.length === 0 && first.final) {
    leave();
    // 204 is how a server tells an `EventSource` not to come back.
    return new Response(null, { status: 204, headers });
  }
  const body = eventStream(startingWith(first, pages), {
    commentEveryMs: onHangUp === undefined ? COMMENT_EVERY_MS : LISTEN_EVERY_MS,
    onHangUp: () => onHangUp?.(),
    onEnd: leave,
  });
  return new Response(body, {
    headers: {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

/** `EventSource` comes back with the number of the last event that it has seen; that is newer than its URL. */
async function resumedStream(call: Call, job: JobHandle, after: number): Promise<Response> {
  // An empty one is how the standard says that there is none.
  const seen = call.request.headers.get("last-event-id") || null;
  if (seen !== null && !/^\d{1,15}$/.test(seen)) {
    const fault = { path: "Last-Event-ID", message: "Must be the number of an event" };
    return problemResponse(call.origin, invalidRequest([fault]));
  }
  const entered = enterLine(call, null);
  if (!entered.ok) return problemResponse(call.origin, entered.reason);
  return streamResponse(job, {
    after: seen === null ? after : Number(seen),
    leave: entered.value,
  });
}

/** Not every connection tells that its caller has gone: a word to them finds out. */
const LISTEN_EVERY_MS = 1000;

const NOTHING_NEW: EventPage = { events: [], final: false, more: false };

function pageResponse(
  { events, final, more }: EventPage,
  about: {
    readonly after: number;
    readonly limit: number;
    readonly headers: { readonly [name: string]: string };
  },
): Response {
  const { after, limit, headers } = about;
  const shown = events.slice(0, limit);
  const isAll = shown.length === events.length && !more;
  return jsonResponse(
    200,
    { events: shown, next_after: shown.at(-1)?.seq ?? after, final: final && isAll },
    headers,
  );
}

async function firstOf(pages: AsyncGenerator<EventPage>, leave: Leave): Promise<EventPage> {
  try {
    const { value, done } = await pages.next();
    return done === true ? NOTHING_NEW : value;
  } catch (cause) {
    leave();
    throw cause;
  }
}

async function* startingWith(
  first: EventPage,
  rest: AsyncGenerator<EventPage>,
): AsyncGenerator<EventPage> {
  yield first;
  yield* rest;
}
