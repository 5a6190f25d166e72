import { isStateEvent, type JobEvent } from "../../core/job/event.ts";
import { eventView } from "../../core/job/event-view.ts";
import { newestEvent } from "../../core/job/history.ts";
import type { Job } from "../../core/job/job.ts";
import { snapshotOf } from "../../core/job/snapshot.ts";
import { endingOf } from "../../core/job/status.ts";
import type { JobStore } from "../job/job-store.ts";
import { type EventPage, MORE, type Told, type Watch, watchOf } from "./watch.ts";

/**
 * Watchers of one job. The platform takes 32,768 sockets an object; each wakes with the others, so
 * that an end must reach them all from one turn.
 *
 * @see https://developers.cloudflare.com/durable-objects/api/state/
 */
const SOCKETS_MAX = 10_000;

/** Events in one message of a backlog. The next follow when the watcher has dealt with them. */
const PAGE_EVENTS_MAX = 100;

/** What is known of a watcher of events while the object sleeps. */
type Reader = {
  /** Whether it has yet to read older events; it is told of new ones when it gets there. */
  readonly isBehind: boolean;
  readonly after: number;
};

/**
 * Everyone who waits for or watches one job, over hibernating sockets: while nothing happens, the
 * object sleeps and they cost nothing. All are told after the commit; the output gate holds every
 * message back until it is on disk.
 */
export class Waiters {
  readonly #ctx: DurableObjectState;
  readonly #store: JobStore;

  constructor(ctx: DurableObjectState, store: JobStore) {
    this.#ctx = ctx;
    this.#store = store;
  }

  /** Takes a watcher's socket and tells it what there is. */
  accept(request: Request, job: Job): Response {
    if (this.#ctx.getWebSockets().length >= SOCKETS_MAX) return new Response(null, { status: 503 });

    const watch = watchOf(request.url);
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#ctx.acceptWebSocket(socket, [watch.want]);
    this.#greet(socket, watch, job);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Tells everyone what a commit did. `before` is the newest event's number until then. */
  tell(before: number, job: Job): void {
    const fresh = job.events.filter(({ seq }) => seq > before);
    if (fresh.length === 0) return;

    const final = endingOf(job) !== null;
    if (fresh.some(isStateEvent)) {
      this.#tellAll(this.#ctx.getWebSockets("end"), () => snapshotText(job), final);
    }
    this.#tellAll(this.#ctx.getWebSockets("move"), () => snapshotText(job), true);
    // The commit that ends a job may tell of callbacks as well: that comes after the end of any stream.
    const told = fresh.filter(({ seq }) => seq <= (job.finalSeq ?? seq));
    const page = (events: readonly JobEvent[]) =>
      JSON.stringify(pageOf(job, events, { final, more: false }));
    const readers = Object.groupBy(this.#ctx.getWebSockets("events"), (socket) =>
      placeOf(socket, before),
    );
    this.#tellAll(readers.present ?? [], () => page(told), final);
    for (const socket of readers.future ?? []) {
      const { after } = socket.deserializeAttachment() as Reader;
      send(socket, page(told.filter(({ seq }) => seq > after)), { isLast: final });
    }
  }

  /** A watcher asks for the job as it is now, or for the next events. */
  answer(socket: WebSocket, word: string, job: Job): void {
    if (word === MORE) {
      const { isBehind, after } = socket.deserializeAttachment() as Reader;
      if (isBehind) this.#sendBacklog(socket, after, job);
    } else {
      send(socket, snapshotText(job));
    }
  }

  /** What there is of the log after event number `after`: at most `limit` events, fewer where they are long. */
  page(job: Job, after: number, limit: number): EventPage {
    const events = this.#store.eventsAfter(job, after, limit);
    const last = events.at(-1)?.seq ?? after;
    const more = last < newestEvent(job).seq;
    return pageOf(job, events, { final: !more && endingOf(job) !== null, more });
  }

  #greet(socket: WebSocket, watch: Watch, job: Job): void {
    switch (watch.want) {
      case "end":
        send(socket, snapshotText(job), { isLast: endingOf(job) !== null });
        break;
      case "move":
        // A job that is over will not move: whoever has its last state need not wait for another.
        if (!watch.known.includes(newestEvent(job).seq) || endingOf(job) !== null) {
          send(socket, snapshotText(job), { isLast: true });
        }
        break;
      case "events":
        this.#sendBacklog(socket, watch.after, job);
        break;
    }
  }

  #sendBacklog(socket: WebSocket, after: number, job: Job): void {
    const page = untilFinal(job, this.page(job, after, PAGE_EVENTS_MAX), after);
    const reader: Reader = { isBehind: page.more, after: page.events.at(-1)?.seq ?? after };
    socket.serializeAttachment(reader);
    send(socket, JSON.stringify(page), { isLast: page.final });
  }

  /** Most jobs are watched by nobody: what there is to say is put into words only for somebody. */
  #tellAll(sockets: readonly WebSocket[], words: () => string, isLast: boolean): void {
    if (sockets.length === 0) return;
    const text = words();
    for (const socket of sockets) send(socket, text, { isLast });
  }
}

/**
 * Whether a reader is up to date, has older events to read first, or asked for events after one that is
 * yet to come.
 */
function placeOf(socket: WebSocket, newest: number): "past" | "present" | "future" {
  const { isBehind, after } = socket.deserializeAttachment() as Reader;
  if (isBehind) return "past";
  return after > newest ? "future" : "present";
}

/**
 * What a stream tells: it ends with the job's final event, whoever reads it and whenever. How the job's
 * callbacks got on after that is in the log, and in the ledger.
 */
function untilFinal({ finalSeq }: Job, page: EventPage, after: number): EventPage {
  if (finalSeq === null) return page;
  const events = page.events.filter(({ seq }) => seq <= finalSeq);
  const final = (events.at(-1)?.seq ?? after) >= finalSeq;
  return { events, final, more: !final };
}

function snapshotText(job: Job): string {
  return JSON.stringify({ snapshot: snapshotOf(job) } satisfies Told);
}

function pageOf(
  job: Job,
  events: readonly JobEvent[],
  rest: Pick<EventPage, "final" | "more">,
): EventPage {
  return { events: events.map((event) => eventView(job, event)), ...rest };
}

/** A watcher may be gone already; that is its own affair, and nobody else's. */
function send(socket: WebSocket, text: string, { isLast = false } = {}): void {
  try {
    socket.send(text);
    if (isLast) socket.close(1000, "That was the last word");
  } catch {
    // It is closing. Its Worker, if it still lives, comes back and reads again.
  }
}
