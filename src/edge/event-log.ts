import type { JobEvent } from "../core/job/event.ts";
import { newestEvent } from "../core/job/history.ts";
import type { Job } from "../core/job/job.ts";
import { lastOf } from "../lang/non-empty.ts";

/**
 * How much of the log stays in the document, which every state change rewrites. A quiet job never gets
 * there; a chatty one writes a row more for every 50 events.
 */
const INLINE_EVENTS_MAX = 50;
const INLINE_LENGTH_MAX = 100_000;

/** A page is written at once and read at once: well below the platform's 2 MB a row, in any script. */
const PAGE_LENGTH_MAX = 250_000;

const PREFIX = "events:";
/** Keys sort as text. A job that records 10 events a second gets to ten digits in thirty years. */
const DIGITS = 10;

/** The older events of one job, in rows of their own. The newest are in the job's document. */
export class EventLog {
  readonly #kv: DurableObjectStorage["kv"];

  constructor({ kv }: DurableObjectStorage) {
    this.#kv = kv;
  }

  /**
   * Moves what has become too much for the document to pages, which never change. Belongs to the
   * transaction that stores the job.
   *
   * @returns The job with what is left: its newest event at least.
   */
  spill(job: Job): Job {
    const isShort = job.events.length <= INLINE_EVENTS_MAX && isLight(job.events);
    if (isShort) return job;
    for (const page of pagesOf(job.events.slice(0, -1))) {
      this.#kv.put(keyOf(page[0]?.seq ?? 0), page);
    }
    return { ...job, events: [lastOf(job.events)] };
  }

  /** The events after number `seq`, in order: at most `limit`, and about one page's length. */
  after(job: Job, seq: number, limit: number): readonly JobEvent[] {
    if (seq >= newestEvent(job).seq) return [];
    const found = this.#holding(job, seq + 1).filter((event) => event.seq > seq);
    return lightestPart(found.slice(0, limit));
  }

  /** The page with event number `seq`, or the part of the log that the document holds. */
  #holding({ events }: Job, seq: number): readonly JobEvent[] {
    if (seq >= events[0].seq) return events;
    const pages = this.#kv.list<readonly JobEvent[]>({
      prefix: PREFIX,
      end: keyOf(seq + 1),
      reverse: true,
      limit: 1,
    });
    for (const [, page] of pages) return page;
    return events;
  }
}

function keyOf(seq: number): string {
  return `${PREFIX}${String(seq).padStart(DIGITS, "0")}`;
}

function isLight(events: readonly JobEvent[]): boolean {
  return events.length < 2 || lightestPart(events, INLINE_LENGTH_MAX).length === events.length;
}

function pagesOf(events: readonly JobEvent[]): readonly (readonly JobEvent[])[] {
  const page = lightestPart(events);
  return page.length === 0 ? [] : [page, ...pagesOf(events.slice(page.length))];
}

/** The first events, as many as fit a page; always one, if there is one. */
function lightestPart(
  events: readonly JobEvent[],
  lengthMax: number = PAGE_LENGTH_MAX,
): readonly JobEvent[] {
  let length = 0;
  const end = events.findIndex((event, index) => {
    length += lengthOf(event);
    return length > lengthMax && index > 0;
  });
  return end === -1 ? events : events.slice(0, end);
}

/** Characters of the parts that can be long. */
function lengthOf({ data }: JobEvent): number {
  return JSON.stringify(data).length;
}
