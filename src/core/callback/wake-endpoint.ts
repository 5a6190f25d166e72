import { after, durationMs, type EpochMs, earliest } from "../../lang/time.ts";
import { isSeat } from "../channel/talk.ts";
import { warnedSeat, warningDueAt } from "../channel/warning.ts";
import type { Decision } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { endingOf } from "../job/status.ts";
import type { Endpoint } from "./endpoint.ts";
import { delivering, firstSend } from "./next.ts";
import { withEndpoint } from "./with-endpoint.ts";

/** When an endpoint next needs attention by itself; `null` while it is owed nothing. */
export function endpointWakeAt(endpoint: Endpoint, isOpen: boolean): EpochMs | null {
  const nextAt = deliveryAt(endpoint);
  const warningAt = isOpen && isSeat(endpoint) ? warningDueAt(endpoint) : null;
  if (nextAt === null || warningAt === null) return nextAt ?? warningAt;
  return earliest(nextAt, warningAt);
}

function deliveryAt({ next }: Endpoint): EpochMs | null {
  if (next === null) return null;
  return next.kind === "sent" ? next.sendAgainAt : next.retryAt;
}

/** Whether anybody is still to be told of something. */
export function owesAnybody({ endpoints }: Pick<Job, "endpoints">): boolean {
  return endpoints.some(({ owed }) => owed.length > 0);
}

/** A delivery that is due is sent on its way; a message that nobody answered for is sent again, ever less often. */
export function wokenEndpoint(job: Job, endpoint: Endpoint, now: EpochMs): Decision {
  const warned = isSeat(endpoint) && endingOf(job) === null ? warnedSeat(job, endpoint, now) : null;
  return warned ?? woken(job, endpoint, now);
}

function woken(job: Job, endpoint: Endpoint, now: EpochMs): Decision {
  const at = deliveryAt(endpoint);
  if (endpoint.next === null || at === null || now < at) return { job, effects: [] };
  const next =
    endpoint.next.kind === "resting"
      ? firstSend(job, now)
      : sentAgain(job, endpoint.next.sends, now);
  return {
    job: withEndpoint(job, { ...endpoint, next }),
    effects: [delivering(endpoint.number)],
  };
}

function sentAgain({ timings }: Job, sends: number, now: EpochMs) {
  const restMs = Math.min(timings.sendAgainMs * 2 ** sends, timings.sendAgainMsMax);
  return { kind: "sent", sends: sends + 1, sendAgainAt: after(now, durationMs(restMs)) } as const;
}
