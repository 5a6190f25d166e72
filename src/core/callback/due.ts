import type { EpochMs } from "../../lang/time.ts";
import type { Job } from "../job/job.ts";
import type { Delivery } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { findEndpoint } from "./with-endpoint.ts";

/** A delivery, and the endpoint that it goes to. */
export type Due = { readonly endpoint: Endpoint; readonly delivery: Delivery };

/** What an endpoint is to be told now; `null` = nothing, or not yet. */
export function dueDelivery(job: Job, number: number, now: EpochMs): Due | null {
  const endpoint = findEndpoint(job, number);
  const delivery = endpoint?.owed[0];
  if (endpoint === undefined || delivery === undefined) return null;
  const isResting = endpoint.next?.kind === "resting" && now < endpoint.next.retryAt;
  return isResting ? null : { endpoint, delivery };
}
