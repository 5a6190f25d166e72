import { receiverOf } from "./kinds.ts";
import type { Arrival } from "./receivers.ts";
import {
  type DeliveryRecord,
  type Fault,
  isAccepted,
  isIn,
  type JobRecord,
  rowsOf,
  type UrlOf,
  wantedBy,
} from "./records.ts";

/** What `busy` asks for. */
const RETRY_AFTER_MS = 1000;

/** Every event that an endpoint wants is in the ledger, and nothing else is. */
export function ledgerFaults(records: readonly JobRecord[], urlOf: UrlOf): readonly Fault[] {
  return records.flatMap((record) =>
    record.planned.callbacks.flatMap((callback) => {
      const where = `${record.planned.name} to ${callback.kind}`;
      const wanted = wantedBy(callback, record.events).map(({ event }) => event.seq);
      const rows = rowsOf(record, callback, urlOf).map(({ seq }) => seq);
      const lost = wanted.filter((seq) => !rows.includes(seq));
      const extra = rows.filter((seq, index) => !wanted.includes(seq) || rows.indexOf(seq) < index);
      return [
        ...lost.map((seq) => ({ check: "lost", what: `${where}: event ${seq} has no row` })),
        ...extra.map((seq) => ({ check: "extra", what: `${where}: row for event ${seq}` })),
      ];
    }),
  );
}

/** A job ends as its work says, whoever is told of it. */
export function endFaults(records: readonly JobRecord[]): readonly Fault[] {
  return records
    .filter(({ planned, job }) => !planned.ends.includes(job.status))
    .map(({ planned, job }) => ({
      check: "wrong_job_end",
      what: `${planned.name} (${planned.work}) ended as ${job.status}`,
    }));
}

/** A delivery ends as its receiver deserves, and what counts as delivered is there. */
export function settledFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  return deliveries.flatMap(({ row, callback, arrivals }) => {
    const { delivery_id: id, state, last_error: error } = row;
    const { ends, errors } = receiverOf(callback.kind);
    const what = `${id} to ${callback.kind}: ${state}, ${error}, ${row.attempts} attempts`;
    if (state === "pending") return [{ check: "pending", what }];
    const isDue = ends.includes(state) && (state === "delivered" || errors.includes(error ?? ""));
    const isThere = arrivals.some(isIn);
    return [
      ...(isDue ? [] : [{ check: "wrong_end", what }]),
      ...(state === "delivered" && !isThere ? [{ check: "lost", what }] : []),
    ];
  });
}

/** Nothing comes that no ledger knows of. */
export function strangerFaults(
  arrivals: readonly Arrival[],
  deliveries: readonly DeliveryRecord[],
): readonly Fault[] {
  const known = new Set(deliveries.map(({ row }) => row.delivery_id));
  return arrivals
    .filter(({ id }) => !known.has(id))
    .map(({ id, kind }) => ({
      check: "extra",
      what: `${id} came to ${kind}, and is in no ledger`,
    }));
}

/** What was accepted does not come again, unless the gateway was killed before it had written that down. */
export function doubledFaults(
  deliveries: readonly DeliveryRecord[],
  kills: readonly number[],
): readonly Fault[] {
  return deliveries.flatMap(({ row, callback, arrivals }) =>
    arrivals.flatMap(({ status, at }, index) => {
      const next = arrivals[index + 1];
      if (next === undefined || !isAccepted(status)) return [];
      if (kills.some((kill) => kill >= at && kill <= next.at)) return [];
      const what = `${row.delivery_id} to ${callback.kind} came again ${next.at - at} ms later`;
      return [{ check: "doubled_for_nothing", what }];
    }),
  );
}

/** The second time is not before the instant that the receiver asked for, if the gateway lived to hear it. */
export function restFaults(
  deliveries: readonly DeliveryRecord[],
  kills: readonly number[],
): readonly Fault[] {
  return deliveries.flatMap(({ row, callback, arrivals: [first, second] }) => {
    if (callback.kind !== "busy" || first === undefined || second === undefined) return [];
    if (kills.some((kill) => kill >= first.at && kill <= second.at)) return [];
    const ms = second.at - first.at;
    return ms >= RETRY_AFTER_MS
      ? []
      : [{ check: "rest_not_kept", what: `${row.delivery_id} came after ${ms} ms` }];
  });
}
