import { endOfAttempt } from "./attempts.ts";
import { firstWrong, type Invariant, type Place, storedJob, storedJobs } from "./place.ts";

type Call = ReturnType<Place["history"]["of"]>[number] & { readonly kind: "plugin called" };

/** Slots: never more attempts at once in a lane than it has slots, and with state one alone. */
export const slotsAreKept: Invariant = (place) => {
  const calls = place.history.of("plugin called") as readonly Call[];
  return firstWrong(calls, (call, index) => {
    const lane = laneOf(place, call);
    if (lane === null) return null;
    const atWork = calls.slice(0, index + 1).filter((other) => isAtWork(place, other, call));
    const { concurrency } = lane;
    if (concurrency !== null && atWork.length > concurrency) {
      return `${atWork.length} attempts were at work in ${concurrency} slots`;
    }
    const stateful = atWork.filter((other) => laneOf(place, other)?.isStateful === true);
    return stateful.length <= 1 ? null : `${stateful.length} attempts had the state at once`;
  });
};

function laneOf(place: Place, { job }: Call) {
  return storedJob(place, job)?.job.steps[0].plan.lane ?? null;
}

/** Whether a call is at work, and rightly so, when another one begins. */
function isAtWork(place: Place, call: Call, other: Call): boolean {
  if (laneOf(place, call) === null) return false;
  const answer = place.history
    .of("plugin answered")
    .find(
      ({ token, outcome, at }) => token === call.token && outcome !== "accepted" && at <= other.at,
    );
  if (answer !== undefined) return false;
  const stored = storedJob(place, call.job);
  const endedAt = stored === undefined ? null : endOfAttempt(stored, call.attempt);
  return endedAt === null || endedAt > other.at;
}

/** State: no update is lost, and none is taken twice. */
export const stateIsWhole: Invariant = (place) => {
  const state = place.server.lane.state();
  const changed = storedJobs(place).flatMap(({ job }) => {
    const { state: end } = job.steps[0];
    if (end.status !== "succeeded" || end.stateUpdates === null) return [];
    return [{ id: job.id, word: end.result?.text ?? null }];
  });
  const lost = changed.find(({ id, word }) => state[id] !== word);
  if (lost !== undefined) return `What ${lost.id} changed of the state is not there`;
  const count = state["count"] ?? 0;
  return count === changed.length
    ? null
    : `${changed.length} jobs have changed the state, and it counts ${count}`;
};
