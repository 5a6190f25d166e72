import { RECEIVER_KINDS, type ReceiverKind } from "./kinds.ts";
import { durationsOf, healthyDelays, mostAtOnce, type Phase, spreadOf } from "./measures.ts";
import type { Receivers } from "./receivers.ts";
import { type DeliveryRecord, type Fault, isIn, type JobRecord } from "./records.ts";

/** The run in numbers: deliveries as they were when nothing was pending, arrivals and faults of all of it. */
export function figuresOf(run: {
  readonly settled: readonly JobRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  readonly receivers: Receivers;
  readonly phases: readonly Phase[];
  readonly faults: readonly Fault[];
}) {
  const { settled, deliveries, receivers, phases, faults } = run;
  const rows = deliveries.map(({ row }) => row);
  const inState = (state: string) => rows.filter((row) => row.state === state).length;
  const found = (...checks: string[]) =>
    faults.filter(({ check }) => checks.includes(check)).length;
  return {
    jobs: settled.length,
    deliveries: rows.length,
    delivered: inState("delivered"),
    failed: inState("failed"),
    attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
    arrivals: receivers.arrivals.length,
    resets: receivers.resets,
    doubled: deliveries.filter(({ arrivals }) => arrivals.filter(isIn).length > 1).length,
    lost: found("lost", "pending", "open"),
    out_of_order: found("out_of_order"),
    wrong_signature: found("wrong_signature"),
    unstable_id: found("unstable_id", "unstable_body"),
    jobs_slowed: found("slowed"),
    faults: faults.length,
    duration_ms: durationsOf(settled, phases),
    hanging_at_once: mostAtOnce(deliveries),
    healthy_delay_ms: phases.map((phase) => ({
      runner: phase.runner,
      ...healthyDelays(deliveries, phase),
    })),
    slowest_delivery_ms: spreadOf(deliveries.flatMap(delayOf)).max,
    by_receiver: Object.fromEntries(RECEIVER_KINDS.map((kind) => [kind, ends(deliveries, kind)])),
  };
}

/** From the event to its first arrival. */
function delayOf({ event, arrivals: [first] }: DeliveryRecord): readonly number[] {
  return first === undefined ? [] : [first.at - Date.parse(event?.at ?? "")];
}

/** How the deliveries to one kind of receiver ended: `delivered`, or why not. */
function ends(
  deliveries: readonly DeliveryRecord[],
  kind: ReceiverKind,
): { readonly [end: string]: number } {
  const counts: { [end: string]: number } = {};
  for (const { row, callback } of deliveries) {
    if (callback.kind !== kind) continue;
    const end = row.state === "failed" ? String(row.last_error) : row.state;
    counts[end] = (counts[end] ?? 0) + 1;
  }
  return counts;
}
