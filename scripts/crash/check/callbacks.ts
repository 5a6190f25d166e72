import { doubledFaults, ledgerFaults, strangerFaults } from "../../receivers/ledger-checks.ts";
import {
  bodyFaults,
  identityFaults,
  orderFaults,
  signatureFaults,
} from "../../receivers/message-checks.ts";
import {
  type DeliveryRecord,
  deliveriesOf,
  isIn,
  type JobRecord,
} from "../../receivers/records.ts";
import { only } from "../history.ts";
import { type Check, type Evidence, killsIn, plannedOf } from "./evidence.ts";

/** Every event reaches every endpoint that wants it, in order, signed, the same each time. */
export const callbacks: Check = async (evidence) => {
  const { entries, receivers, secrets } = evidence;
  const arrivals = only(entries, "arrival").map(({ arrival }) => arrival);
  const deliveries = deliveriesIn(evidence);
  return [
    ...ledgerFaults(recordsIn(evidence), (kind, name) => receivers.urlOf(kind, name)),
    ...strangerFaults(arrivals, deliveries),
    ...doubledFaults(deliveries, killsIn(entries)),
    ...orderFaults(deliveries),
    ...identityFaults(deliveries),
    ...bodyFaults(deliveries),
    ...deliveries
      .filter((delivery) => !isTold(delivery))
      .map(({ row, callback, record }) => ({
        check: "not_told",
        what: `callback of ${record.planned.name} to ${callback.kind}: ${row.event} ${row.state}`,
      })),
    ...(await signatureFaults(receivers.judged, secrets)),
  ];
};

/** All deliveries to endpoints, each with what came of it. */
export function deliveriesIn(evidence: Evidence): readonly DeliveryRecord[] {
  const arrivals = only(evidence.entries, "arrival").map(({ arrival }) => arrival);
  const { receivers } = evidence;
  return deliveriesOf(recordsIn(evidence), arrivals, (kind, name) => receivers.urlOf(kind, name));
}

/** Whether it has arrived, and both sides say so. */
export function isTold({ row, arrivals }: DeliveryRecord): boolean {
  return row.state === "delivered" && arrivals.some(isIn);
}

/** The jobs as the checks of receivers know them. */
function recordsIn(evidence: Evidence): readonly JobRecord[] {
  return evidence.pages.flatMap((page) => {
    const planned = plannedOf(evidence, page);
    if (planned === null || planned.callbacks.length === 0) return [];
    const { callbacks, work } = planned;
    const name = page.job.retry_of === null ? planned.name : `${planned.name}-again`;
    const about = { command: "", payload: {}, options: {}, cancelAfterMs: null, atMs: 0 };
    const { ends } = work;
    return [
      {
        planned: { name, work: "fixed" as const, callbacks, ends, ...about },
        job: page.job,
        events: page.events,
        rows: page.rows,
      },
    ];
  });
}
