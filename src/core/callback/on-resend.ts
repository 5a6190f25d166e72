import { ok, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import type { Resend } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import type { Delivery } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { onItsWay } from "./next.ts";
import { findEndpoint, withEndpoint } from "./with-endpoint.ts";

/** The ledger is read whole. A job without resends never gets there. */
const LEDGER_MAX = 4000;

/**
 * Sends a delivery once more, whatever became of it, behind what the endpoint is owed already. One that
 * rests is due now. An endpoint that was gone may be back: it is asked.
 */
export function onResend(job: Job, { delivery: again }: Resend, now: EpochMs): Decided {
  const endpoint = findEndpoint(job, again.endpoint);
  if (endpoint === undefined) return refuse({ code: "delivery_not_found", status: statusOf(job) });
  if (endpoint.owed.some(({ seq }) => seq === again.seq))
    return hurried(job, endpoint, { again, now });
  if (job.ledger.some(({ number }) => number >= LEDGER_MAX)) {
    return refuse({ code: "too_many_deliveries", status: statusOf(job) });
  }
  const { seq, type, change, attempts, last } = again;
  const delivery: Delivery = {
    seq,
    type,
    change,
    attempts,
    attemptsBefore: attempts,
    isResent: true,
    part: 0,
    begunAttempt: null,
    last,
  };
  const owed = [...endpoint.owed, delivery];
  return ok({ job: withEndpoint(job, { ...endpoint, isGone: false, owed }), effects: [] });
}

/** What is owed anyway waits no longer than for those before it. */
function hurried(
  job: Job,
  endpoint: Endpoint,
  { again, now }: { readonly again: Pick<Delivery, "seq">; readonly now: EpochMs },
): Decided {
  if (endpoint.owed[0]?.seq !== again.seq || endpoint.next?.kind !== "resting") {
    return ok({ job, effects: [] });
  }
  return ok(onItsWay(job, endpoint, now));
}
