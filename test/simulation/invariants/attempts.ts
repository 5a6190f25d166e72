import type { EpochMs } from "../../../src/lang/time.ts";
import {
  ATTEMPT_ENDS,
  callsOf,
  firstWrong,
  type Invariant,
  type Place,
  type StoredJob,
  storedJob,
  storedJobs,
} from "./place.ts";

/** I-16: at most one call of a plugin starts for one token. */
export const oneCallForAToken: Invariant = ({ history }) => {
  const seen = new Set<string>();
  return firstWrong(history.of("plugin called"), ({ job, token }) => {
    if (seen.has(token)) return `The plugin of ${job} was called twice with ${token}`;
    seen.add(token);
    return null;
  });
};

/** I-37: messages may be dropped, doubled, late and out of order: an attempt is made once. */
export const oneCallForAnAttempt: Invariant = ({ history }) => {
  const seen = new Set<string>();
  return firstWrong(history.of("plugin called"), ({ job, attempt }) => {
    const name = `attempt ${attempt} of ${job}`;
    if (seen.has(name)) return `The plugin was called twice for ${name}`;
    seen.add(name);
    return null;
  });
};

/** I-17: never more attempts than the plan allows; after an answer they begin anew. */
export const notTooManyAttempts: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job, log }) => {
    const { maxAttempts } = job.steps[0].plan.retry;
    const resumed = log.filter(({ type }) => type === "job.resumed").map(({ attempt }) => attempt);
    const attempts = callsOf(place, job.id).map(({ attempt }) => attempt);
    const bounds = [1, ...resumed, Number.POSITIVE_INFINITY];
    return firstWrong(bounds.slice(0, -1), (from, index) => {
      const to = bounds[index + 1] ?? Number.POSITIVE_INFINITY;
      const round = attempts.filter((attempt) => attempt >= from && attempt < to);
      return round.length <= maxAttempts
        ? null
        : `${job.id} was tried ${round.length} times of ${maxAttempts}`;
    });
  });

/** I-18: one report at most is taken of an attempt, and none once the job has gone on without it. */
export const staleReportsAreRefused: Invariant = (place) => {
  const ended = new Set<string>();
  return firstWrong(place.history.of("report answered"), (report) => {
    const { job: id, token, outcome, isTaken, at } = report;
    if (!isTaken) return null;
    if (ended.has(token)) return `Two reports were taken of ${token} of ${id}`;
    if (outcome !== "accepted") ended.add(token);
    const call = callsOf(place, id).find((each) => each.token === token);
    const stored = storedJob(place, id);
    if (call === undefined || stored === undefined) return null;
    const end = endOfAttempt(stored, call.attempt);
    return end === null || end >= at ? null : `${id} took a report of ${token} after its end`;
  });
};

/** When the job went on without an attempt; `null` = it never did. */
export function endOfAttempt({ log }: StoredJob, attempt: number): EpochMs | null {
  const end = log.find((event) => event.attempt === attempt && ATTEMPT_ENDS.includes(event.type));
  return end?.at ?? null;
}

/** I-19: a success is what a plugin, or somebody for it, did say, and what was taken of them. */
export const successIsSaid: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job }) => {
    const { state } = job.steps[0];
    if (state.status !== "succeeded") return null;
    const text = state.result?.text;
    const isSaid = place.history.of("plugin answered").some(({ word }) => word === text);
    return isSaid ? null : `${job.id} has the result ${text}, which nobody gave`;
  });

const LEASE_MS = 30_000;
const GRACE_MS = 5000;

/** I-20: an attempt whose consumer is gone is taken over after its lease or its time, and not before. */
export const leasesAreKept: Invariant = (place) =>
  firstWrong(storedJobs(place), (stored) => {
    const { job } = stored;
    const calls = callsOf(place, job.id);
    return firstWrong(calls.slice(1), (next, index) => {
      const call = calls[index];
      if (call === undefined || call.runner !== "consumer") return null;
      if (wasReported(place, call.token, next.at)) return null;
      const isOutOfTime = next.at >= call.deadlineAt + GRACE_MS;
      const heldUntil = lastWord(place, stored, call) + LEASE_MS;
      return isOutOfTime || next.at >= heldUntil
        ? null
        : `${job.id} took ${call.token} away ${heldUntil - next.at} ms too early`;
    });
  });

function wasReported({ history }: Place, token: string, until: EpochMs): boolean {
  return history
    .of("report answered")
    .some((report) => report.token === token && report.isTaken && report.at <= until);
}

/** When the lease of a call was last given: with its claim, which is an event of the job, or extended. */
function lastWord(
  { history }: Place,
  { log }: StoredJob,
  call: { readonly token: string; readonly attempt: number; readonly at: EpochMs },
): EpochMs {
  const words = history.of("lease extended").filter(({ token }) => token === call.token);
  const claim = log.find(({ type, attempt }) => type === "job.running" && attempt === call.attempt);
  return words.at(-1)?.at ?? claim?.at ?? call.at;
}

/** I-20: an attempt in the job's own object counts as lost only where the object did forget it. */
export const objectsKeepTheirAttempts: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job }) => {
    const calls = callsOf(place, job.id).filter(({ runner }) => runner === "object");
    const forgot = place.history.of("object forgot").filter((entry) => entry.job === job.id);
    const lost = job.steps[0].past.filter(({ error }) => error?.category === "lease_lost");
    return firstWrong(lost, ({ attempt, startedAt, endedAt }) => {
      if (!calls.some((call) => call.attempt === attempt)) return null;
      const isForgotten = forgot.some(({ at }) => at >= startedAt && at <= endedAt);
      return isForgotten ? null : `${job.id} gave up attempt ${attempt}, which its object held`;
    });
  });

/** I-2: in a fair world an attempt is never lost, nor out of time: a deadline would hide lost work. */
export const fairAttemptsSucceed: Invariant = (place) => {
  const fair = place.history.of("plugin called").filter(({ inFairWorld }) => inFairWorld);
  return firstWrong(fair, ({ job: id, attempt }) => {
    const stored = storedJob(place, id);
    if (stored === undefined || stored.job.maxDurationMs !== null) return null;
    const end = stored.log.find(
      (event) => event.attempt === attempt && ATTEMPT_ENDS.includes(event.type),
    );
    const isWell = end?.type === "job.succeeded" || end?.type === "job.cancelled";
    return isWell ? null : `Attempt ${attempt} of ${id} came to ${end?.type} in a fair world`;
  });
};

/** What a plugin said on the way to an answer that was taken is there once, whole and in order. */
export const wordsAreWhole: Invariant = (place) => {
  const taken = place.history
    .of("report answered")
    .filter(({ isTaken, outcome }) => isTaken && outcome === "success");
  return firstWrong(taken, ({ job: id, token }) => {
    const said = place.history.of("plugin said").filter((each) => each.token === token);
    const call = callsOf(place, id).find((each) => each.token === token);
    if (said.length === 0 || call === undefined) return null;
    const log = storedJob(place, id)?.log ?? [];
    const outputs = log.filter(
      ({ type, attempt }) => type === "job.output" && attempt === call.attempt,
    );
    const heard = outputs.map(({ data }) => data["text"]).join("");
    const whole = said.map(({ text }) => text).join("");
    return heard === whole ? null : `${token} of ${id} said "${whole}", and the log has "${heard}"`;
  });
};

/** One answer at most is taken to a question; the same one may be given again. */
export const oneAnswerToAQuestion: Invariant = ({ history }) => {
  const taken = new Map<string, string>();
  return firstWrong(history.of("resume answered"), ({ job, waitId, answer, isTaken }) => {
    if (!isTaken) return null;
    const name = `${waitId} of ${job}`;
    const before = taken.get(name) ?? answer;
    taken.set(name, before);
    return before === answer ? null : `${name} was answered "${before}" and "${answer}"`;
  });
};
