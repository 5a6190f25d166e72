import type { EpochMs } from "../../lang/time.ts";
import { owingToSeat } from "../channel/owed-to-seat.ts";
import { isSeat } from "../channel/talk.ts";
import type { Decision } from "../job/decision.ts";
import type { JobEvent } from "../job/event.ts";
import { newestEvent } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import { callbackStateOf } from "./callback-state.ts";
import type { Delivery, StateChange } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { onItsWay } from "./next.ts";
import { givenUp } from "./settled.ts";
import { withEndpoint } from "./with-endpoint.ts";

/**
 * What a move of the job owes its endpoints: a delivery for each event that they want to be told of. The
 * delivery is part of the same commit, so that no crash comes between the two.
 */
export function withOwed(before: Job | null, moved: Job, now: EpochMs): Decision {
  if (moved.endpoints.length === 0) return { job: moved, effects: [] };
  const known = before === null ? 0 : newestEvent(before).seq;
  const fresh = moved.events.filter(({ seq }) => seq > known);
  const start: Decision = { job: moved, effects: [] };
  return moved.endpoints.reduce<Decision>((so, { number }) => {
    const next = sentOn(so.job, number, { fresh, now });
    return { job: next.job, effects: [...so.effects, ...next.effects] };
  }, start);
}

/** What becomes of one endpoint: what it is owed now goes on its way, unless something is already. */
function sentOn(
  job: Job,
  number: number,
  { fresh, now }: { readonly fresh: readonly JobEvent[]; readonly now: EpochMs },
): Decision {
  const was = job.endpoints[number - 1] as Endpoint;
  const endpoint = fresh.reduce(owing, was);
  const noted = endpoint === was ? job : withEndpoint(job, endpoint);
  if (endpoint.owed.length === 0 || endpoint.next !== null) return { job: noted, effects: [] };
  if (endpoint.isGone) return { job: givenUp(noted, endpoint, now), effects: [] };
  return onItsWay(noted, endpoint, now);
}

/** The endpoint, with a delivery for the event where it wants one. */
export function owing(
  endpoint: Endpoint,
  event: Pick<JobEvent, "seq" | "type" | "data">,
): Endpoint {
  if (isSeat(endpoint)) return owingToSeat(endpoint, event, newDelivery(event, null));
  const { profile, knownState, events, owed } = endpoint;
  const state = profile === "states" ? callbackStateOf(event) : null;
  // A job that waits for something else now is in the state that it was in.
  if (profile === "states" && (state === null || state === knownState)) return endpoint;
  const told: Endpoint = { ...endpoint, knownState: state };
  if (!events.includes(event.type)) return told;
  const change = state === null ? null : { state, previous: knownState };
  return { ...told, owed: [...owed, newDelivery(event, change)] };
}

export function newDelivery(
  { seq, type }: Pick<JobEvent, "seq" | "type">,
  change: StateChange | null,
): Delivery {
  return {
    seq,
    type,
    change,
    attempts: 0,
    attemptsBefore: 0,
    isResent: false,
    part: 0,
    begunAttempt: null,
    last: null,
  };
}
