import { rfc3339 } from "../../lang/time.ts";
import type { EventType } from "../job/event.ts";
import type { Job } from "../job/job.ts";
import type { CallbackState } from "./callback-state.ts";
import type { Delivery, DeliveryError, Settled } from "./delivery.ts";
import { deliveryId, readDeliveryId } from "./delivery-id.ts";
import type { CallbackProfile, Endpoint } from "./endpoint.ts";
import { findEndpoint } from "./with-endpoint.ts";

/** One row of the ledger: what became of telling one event to one endpoint (contract, section 6). */
export type DeliveryView = {
  /** The `webhook-id` that the receiver sees. */
  readonly delivery_id: string;
  /** Its URL. */
  readonly endpoint: string;
  readonly profile: CallbackProfile;
  readonly event: EventType;
  readonly seq: number;
  /** For the profile `states`: the word that it says. */
  readonly job_state: CallbackState | null;
  readonly state: "pending" | Settled["state"];
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: DeliveryError | null;
  readonly last_attempt_at: string | null;
  readonly last_duration_ms: number | null;
  /** `null` while an attempt is under way, and when there is none to come. */
  readonly next_attempt_at: string | null;
  readonly settled_at: string | null;
  /** The beginning of what the receiver last answered. */
  readonly response: string | null;
  readonly links: { readonly resend: string };
};

/**
 * The ledger: a row for each delivery, in the order of events and then of endpoints.
 *
 * @param past Every delivery that is over, in the order in which they ended.
 */
export function ledgerView(job: Job, past: readonly Settled[]): readonly DeliveryView[] {
  const rows = new Map<string, Row>();
  // What is sent again is one delivery: of several ends the last one counts, and what is owed before any.
  for (const entry of past) {
    const endpoint = findEndpoint(job, entry.endpoint);
    if (endpoint === undefined) continue;
    const { state, settledAt } = entry;
    const row = rowOf(job, endpoint, entry);
    const ended = { ...row, state, settled_at: rfc3339(settledAt) };
    rows.set(row.delivery_id, { endpoint: endpoint.number, row: ended });
  }
  for (const endpoint of job.endpoints) {
    for (const [index, delivery] of endpoint.owed.entries()) {
      const row = rowOf(job, endpoint, delivery);
      const next = index === 0 ? nextAttemptAt(endpoint) : null;
      const pending = { ...row, next_attempt_at: next };
      rows.set(row.delivery_id, { endpoint: endpoint.number, row: pending });
    }
  }
  return [...rows.values()]
    .toSorted((left, right) => left.row.seq - right.row.seq || left.endpoint - right.endpoint)
    .map(({ row }) => row);
}

type Row = { readonly endpoint: number; readonly row: DeliveryView };

/** The delivery by that id, as it is now; `null` where the job owes and owed nobody such a one. */
export function deliveryNamed(
  job: Job,
  past: readonly Settled[],
  id: string,
): (Delivery & { readonly endpoint: number }) | null {
  const named = readDeliveryId(job, id);
  if (named === null) return null;
  const { endpoint, seq } = named;
  const owed = findEndpoint(job, endpoint)?.owed.find((delivery) => delivery.seq === seq);
  if (owed !== undefined) return { ...owed, endpoint };
  return past.findLast((entry) => entry.endpoint === endpoint && entry.seq === seq) ?? null;
}

function nextAttemptAt({ next }: Endpoint): string | null {
  return next?.kind === "resting" ? rfc3339(next.retryAt) : null;
}

function rowOf(job: Job, endpoint: Endpoint, delivery: Delivery): DeliveryView {
  const { seq, type, change, attempts, last } = delivery;
  const id = deliveryId(job, endpoint.number, seq);
  return {
    delivery_id: id,
    endpoint: endpoint.url,
    profile: endpoint.profile,
    event: type,
    seq,
    job_state: change?.state ?? null,
    state: "pending",
    attempts,
    last_status: last?.status ?? null,
    last_error: last?.error ?? null,
    last_attempt_at: last === null ? null : rfc3339(last.at),
    last_duration_ms: last?.durationMs ?? null,
    next_attempt_at: null,
    settled_at: null,
    response: last?.response ?? null,
    links: { resend: `${job.origin}/jobs/${job.id}/deliveries/${id}/resend` },
  };
}
