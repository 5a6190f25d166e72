import { durationMs, type EpochMs } from "../../lang/time.ts";
import { recorded } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import { leadingStep } from "../job/status.ts";
import type { Delivery, DeliveryAttempt, Settled } from "./delivery.ts";
import { deliveryId } from "./delivery-id.ts";
import type { Endpoint } from "./endpoint.ts";
import { nextOf } from "./next.ts";
import { withEndpoint } from "./with-endpoint.ts";

/** How a delivery ended. */
export type End = Pick<Settled, "state"> & {
  /** The first of what is owed, as it ended. */
  readonly delivery: Delivery;
  readonly now: EpochMs;
};

/** The job with the first delivery of an endpoint in the ledger, and the next one on its way. */
export function settled(job: Job, endpoint: Endpoint, { delivery, state, now }: End): Job {
  const moved = withoutFirst(job, endpoint, now);
  const { number } = endpoint;
  const entry: Settled = {
    ...delivery,
    number: (job.ledger.at(-1)?.number ?? 0) + 1,
    endpoint: number,
    state,
    settledAt: now,
  };
  const { seq, type, attempts, last } = delivery;
  return recorded(
    { ...moved, ledger: [...moved.ledger, entry] },
    {
      type: state === "delivered" ? "callback.delivered" : "callback.failed",
      at: now,
      attempt: leadingStep(job).state.attempt,
      data: {
        delivery_id: deliveryId(job, number, seq),
        endpoint: number,
        event: type,
        event_seq: seq,
        attempts,
        last_status: last?.status ?? null,
        last_error: last?.error ?? null,
      },
    },
  );
}

/** The job with what an endpoint was owed first forgotten, and the next one on its way. */
export function withoutFirst(job: Job, endpoint: Endpoint, now: EpochMs): Job {
  const left = { ...endpoint, owed: endpoint.owed.slice(1) };
  return withEndpoint(job, { ...left, next: nextOf(job, left, now) });
}

/** The job with everything that an endpoint is owed in the ledger as failed: it said that it is gone. */
export function givenUp(job: Job, endpoint: Endpoint, now: EpochMs): Job {
  return endpoint.owed.reduce<Job>((so, delivery) => {
    const left = so.endpoints[endpoint.number - 1] as Endpoint;
    const { last } = delivery;
    // What was sent again may have been delivered before; it is not what it fails of now.
    const hasFailed = last !== null && last.error !== null;
    const ended = { ...delivery, last: hasFailed ? last : goneAt(now) };
    return settled(so, left, { delivery: ended, state: "failed", now });
  }, job);
}

function goneAt(now: EpochMs): DeliveryAttempt {
  return { at: now, durationMs: durationMs(0), status: null, error: "gone", response: null };
}
