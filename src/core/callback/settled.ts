import { durationMs, type EpochMs } from "../../lang/time.ts";
import { recorded } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import { leadingStep } from "../job/status.ts";
import type { Delivery, DeliveryAttempt, Settled } from "./delivery.ts";
import { deliveryId } from "./delivery-id.ts";
import type { Endpoint, Sent } from "./endpoint.ts";
import { withEndpoint } from "./with-endpoint.ts";

type End = Pick<Settled, "state"> & {
  /** The first of what is owed, as it ended. */
  readonly delivery: Delivery;
  /** What happens to the next one, where there is one. */
  readonly following: Sent;
  readonly now: EpochMs;
};

/** The job with the first delivery of an endpoint in the ledger, and the next one on its way. */
export function settled(
  job: Job,
  endpoint: Endpoint,
  { delivery, state, following, now }: End,
): Job {
  const owed = endpoint.owed.slice(1);
  const moved = withEndpoint(job, {
    ...endpoint,
    owed,
    next: owed.length === 0 ? null : following,
  });
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

/** The job with everything that an endpoint is owed in the ledger as failed: it said that it is gone. */
export function givenUp(job: Job, endpoint: Endpoint, now: EpochMs): Job {
  return endpoint.owed.reduce<Job>((so, delivery) => {
    const left = so.endpoints[endpoint.number - 1] as Endpoint;
    const { last } = delivery;
    // What was sent again may have been delivered before; it is not what it fails of now.
    const hasFailed = last !== null && last.error !== null;
    const ended = { ...delivery, last: hasFailed ? last : goneAt(now) };
    const following: Sent = { kind: "sent", sends: 1, sendAgainAt: now };
    return settled(so, left, { delivery: ended, state: "failed", following, now });
  }, job);
}

function goneAt(now: EpochMs): DeliveryAttempt {
  return { at: now, durationMs: durationMs(0), status: null, error: "gone", response: null };
}
