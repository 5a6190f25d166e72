import type { Settled } from "../../core/callback/delivery.ts";
import type { JobEvent } from "../../core/job/event.ts";
import type { Job } from "../../core/job/job.ts";
import { isNonEmpty } from "../../lang/non-empty.ts";
import { PagedLog } from "./paged-log.ts";

/** A quiet job never gets there; a chatty one writes a row more for every 50 events. */
const INLINE_EVENTS_MAX = 50;
const INLINE_EVENTS_LENGTH_MAX = 100_000;

/** A receiver's answer may come with each entry: eight of the longest, or many times as many short ones. */
const INLINE_LEDGER_MAX = 50;
const INLINE_LEDGER_LENGTH_MAX = 32_768;

/** More than a job has: attempts times what each is told of, times endpoints. */
const LEDGER_MAX = 100_000;

/** Of what can be long: most of what is noted of a step is a few words, but a question is not. */
function lengthOfEvent({ data, stepThen }: JobEvent): number {
  const state = stepThen?.state;
  const ask = state?.status === "waiting" ? JSON.stringify(state.ask).length : 0;
  return JSON.stringify(data).length + ask;
}

/** What grows with a job, and must not grow its document: its events, and the ledger of its deliveries. */
export class JobLogs {
  readonly #events: PagedLog<JobEvent>;
  readonly #ledger: PagedLog<Settled>;

  constructor(storage: DurableObjectStorage) {
    this.#events = new PagedLog(storage, {
      prefix: "events:",
      numberOf: ({ seq }) => seq,
      lengthOf: lengthOfEvent,
      inlineMax: INLINE_EVENTS_MAX,
      inlineLengthMax: INLINE_EVENTS_LENGTH_MAX,
    });
    this.#ledger = new PagedLog(storage, {
      prefix: "ledger:",
      numberOf: ({ number }) => number,
      lengthOf: ({ last }) => last?.response?.length ?? 0,
      inlineMax: INLINE_LEDGER_MAX,
      inlineLengthMax: INLINE_LEDGER_LENGTH_MAX,
    });
  }

  /** The job with what may stay in its document. Belongs to the transaction that stores it. */
  spill(job: Job): Job {
    const events = this.#events.spill(job.events);
    const ledger = isNonEmpty(job.ledger) ? this.#ledger.spill(job.ledger) : job.ledger;
    return events === job.events && ledger === job.ledger ? job : { ...job, events, ledger };
  }

  /** The job's events after number `seq`, in order: at most `limit`, fewer where they are long. */
  eventsAfter({ events }: Job, seq: number, limit: number): readonly JobEvent[] {
    return this.#events.after(events, seq, limit);
  }

  /** Every delivery of the job that is over, in order. */
  ledger({ ledger }: Job): readonly Settled[] {
    if (!isNonEmpty(ledger)) return [];
    const all: Settled[] = [];
    for (;;) {
      const page = this.#ledger.after(ledger, all.at(-1)?.number ?? 0, LEDGER_MAX);
      if (page.length === 0) return all;
      all.push(...page);
    }
  }
}
