import { ok, refuse } from "../../lang/result.ts";
import { isSeat, withNews } from "../channel/talk.ts";
import type { BeginDelivery } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import type { Delivery } from "./delivery.ts";
import { findEndpoint, withEndpoint } from "./with-endpoint.ts";

/**
 * A call to a seat is about to be made, and is remembered first: a crash in the middle of it leaves a
 * mark, so that nobody says the same twice, or uses what is used up.
 */
export function onBeginDelivery(job: Job, command: BeginDelivery): Decided {
  const endpoint = findEndpoint(job, command.endpoint);
  const head = endpoint?.owed[0];
  const isCurrent = head?.seq === command.seq && head.attempts + 1 === command.attempt;
  if (endpoint === undefined || !isSeat(endpoint) || head === undefined || !isCurrent) {
    return refuse({ code: "stale_delivery", status: statusOf(job) });
  }
  const begun = { ...head, begunAttempt: begunAttempt(head, command) };
  const { owed, ...known } = withNews(endpoint, command.news);
  const talked = withEndpoint(job, { ...known, owed: [begun, ...owed.slice(1)] });
  return ok({ job: talked, effects: [] });
}

/** A mark that is there already was left by an earlier call: after a crash it has the number of this one. */
function begunAttempt(head: Delivery, { attempt, isOnce }: BeginDelivery): number | null {
  if (head.begunAttempt !== null) return Math.min(head.begunAttempt, attempt - 1);
  return isOnce ? attempt : null;
}
