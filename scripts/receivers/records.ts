import type { DeliveryRow, EventView, JobView } from "./gateway.ts";
import type { ReceiverKind } from "./kinds.ts";
import type { PlannedCallback, PlannedJob } from "./plan.ts";
import type { Arrival } from "./receivers.ts";

/** A job of the run when all is over, as the gateway tells it. */
export type JobRecord = {
  readonly planned: PlannedJob;
  readonly job: JobView;
  readonly events: readonly EventView[];
  readonly rows: readonly DeliveryRow[];
};

/** One delivery from both ends: the ledger's row, and what the receiver has seen of it. */
export type DeliveryRecord = {
  readonly row: DeliveryRow;
  readonly callback: PlannedCallback;
  readonly event: EventView | undefined;
  readonly record: JobRecord;
  /** In the order of their coming. */
  readonly arrivals: readonly Arrival[];
};

/** An event that a callback is to be told of. */
export type Wanted = {
  readonly event: EventView;
  /** For the profile `states`. */
  readonly state: string | null;
  readonly previous: string | null;
};

/** Something that is not as it was promised. */
export type Fault = { readonly check: string; readonly what: string };

/** Where the receivers are. */
export type UrlOf = (kind: ReceiverKind, name: string) => string;

const STATE_OF: { readonly [type: string]: string } = {
  "job.queued": "queued",
  "job.retry_scheduled": "queued",
  "job.waiting": "waiting",
  "job.succeeded": "done",
  "job.failed": "failed",
  "job.timed_out": "failed",
  "job.dead": "failed",
  "job.cancelled": "cancelled",
};

/** What a callback is to be told of a job, as the contract has it and not as the gateway does. */
export function wantedBy(
  { profile, events: types }: PlannedCallback,
  events: readonly EventView[],
): readonly Wanted[] {
  if (profile === "standard") {
    const wanted = events.filter(({ type }) => types.includes(type));
    return wanted.map((event) => ({ event, state: null, previous: null }));
  }
  const wanted: Wanted[] = [];
  let previous: string | null = null;
  for (const event of events) {
    const state = event.type === "job.running" ? event.data.phase : STATE_OF[event.type];
    if (state === undefined || state === previous) continue;
    if (types.includes(event.type)) wanted.push({ event, state, previous });
    previous = state;
  }
  return wanted;
}

/** The rows that one callback of a job has in the ledger. */
export function rowsOf(
  { planned, rows }: JobRecord,
  { kind, profile }: PlannedCallback,
  urlOf: UrlOf,
): readonly DeliveryRow[] {
  const url = urlOf(kind, planned.name);
  return rows.filter((row) => row.endpoint === url && row.profile === profile);
}

/** All deliveries of the run, each with what came of it. */
export function deliveriesOf(
  records: readonly JobRecord[],
  arrivals: readonly Arrival[],
  urlOf: UrlOf,
): readonly DeliveryRecord[] {
  const byId = Map.groupBy(arrivals, ({ id }) => id);
  return records.flatMap((record) =>
    record.planned.callbacks.flatMap((callback) =>
      rowsOf(record, callback, urlOf).map((row) => ({
        row,
        callback,
        record,
        event: record.events.find(({ seq }) => seq === row.seq),
        arrivals: byId.get(row.delivery_id) ?? [],
      })),
    ),
  );
}

/** Whether the receiver has it, by its own word. */
export function isIn({ status, reply }: Pick<Arrival, "status" | "reply">): boolean {
  return reply === "ack_lost" || isAccepted(status);
}

export function isAccepted(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
