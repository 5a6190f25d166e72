import { after, type EpochMs } from "../../lang/time.ts";
import { restOfSeat } from "../channel/owed-to-seat.ts";
import { isSeat } from "../channel/talk.ts";
import type { Decision } from "../job/decision.ts";
import type { Effect } from "../job/effect.ts";
import type { Job } from "../job/job.ts";
import type { Endpoint, Sent } from "./endpoint.ts";
import { withEndpoint } from "./with-endpoint.ts";

/** What an endpoint is owed first is sent, or rests until it may be. */
export function onItsWay(job: Job, endpoint: Endpoint, now: EpochMs): Decision {
  const next = nextOf(job, endpoint, now);
  const effects = next?.kind === "sent" ? [delivering(endpoint.number)] : [];
  return { job: withEndpoint(job, { ...endpoint, next }), effects };
}

/** How what is owed first gets on from now; `null` when nothing is. */
export function nextOf(
  job: Pick<Job, "timings">,
  endpoint: Endpoint,
  now: EpochMs,
): Endpoint["next"] {
  const [head] = endpoint.owed;
  if (head === undefined) return null;
  const rest = isSeat(endpoint) ? restOfSeat(endpoint, head, now) : null;
  return rest ?? firstSend(job, now);
}

/** A message about what is owed first. */
export function firstSend({ timings }: Pick<Job, "timings">, now: EpochMs): Sent {
  return { kind: "sent", sends: 1, sendAgainAt: after(now, timings.sendAgainMs) };
}

export function delivering(endpoint: number): Effect {
  return { kind: "deliver", endpoint };
}
