import { isFinalEvent } from "../../../src/core/job/event.ts";
import { endingOf, isFinalStatus, statusOf } from "../../../src/core/job/status.ts";
import { DEDUPE_TTL_MS } from "../callers.ts";
import {
  firstWrong,
  type Invariant,
  type Place,
  type StoredJob,
  storedJob,
  storedJobs,
} from "./place.ts";

/** I-1: every trigger that was answered is on disk before the answer, and from then on. */
export const answeredIsStored: Invariant = (place) =>
  firstWrong(place.history.of("trigger answered"), ({ job, isStored }) => {
    const isThere = storedJob(place, job) !== undefined;
    return isStored && isThere ? null : `${job} was given to a caller, and is not on disk`;
  });

/** I-2: every job reaches exactly one end, and owes nobody anything. */
export const everyJobEnds: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job }) => {
    if (endingOf(job) === null) return `${job.id} is ${job.steps[0].state.status} for ever`;
    const owed = job.endpoints.flatMap((endpoint) => endpoint.owed);
    return owed.length === 0 ? null : `${job.id} owes ${owed.length} deliveries for ever`;
  });

/** I-9: what a cancel answered, and what anybody was ever shown, is what the job is. */
export const answersHold: Invariant = (place) => {
  const cancels = place.history.of("cancel answered");
  const open = cancels.find(({ status }) => !isFinalStatus(status));
  if (open !== undefined) return `${open.job} was cancelled, and answered ${open.status}`;
  const shown = place.history.of("shown").filter(({ status }) => isFinalStatus(status));
  return firstWrong([...cancels, ...shown], ({ job: id, status }) => {
    const stored = storedJob(place, id);
    const now = stored === undefined ? "gone" : statusOf(stored.job);
    return now === status ? null : `${id} was said to be ${status}, and is ${now}`;
  });
};

/** What was shown of a job never goes back: whoever asks later is shown no less. */
export const neverBack: Invariant = ({ history }) => {
  const shown = history.of("shown");
  return firstWrong(shown, ({ job, seq, askedAt }) => {
    const before = shown.filter((each) => each.job === job && each.at <= askedAt);
    const newest = Math.max(0, ...before.map((each) => each.seq));
    return seq >= newest ? null : `${job} was shown at ${newest} and later at ${seq}`;
  });
};

/** I-11: one Idempotency-Key, one job, whoever asked how often, also of those who were not answered. */
export const oneJobForAKey: Invariant = (place) => {
  const keys = new Set(place.works.flatMap(({ idempotencyKey }) => idempotencyKey ?? []));
  return firstWrong([...keys], (key) => {
    const jobs = jobsFor(place, (work) => work.idempotencyKey === key);
    return jobs.length <= 1 ? null : `${key} leads to ${jobs.map(({ job }) => job.id)}`;
  });
};

/** I-11 for dedupe keys: another job only when the one before is over, and no success is still fresh. */
export const oneOpenJobForADedupeKey: Invariant = (place) => {
  const jobs = jobsFor(place, ({ dedupeKey }) => dedupeKey !== null).toSorted(
    (left, right) => left.job.createdAt - right.job.createdAt,
  );
  return firstWrong(jobs.slice(1), ({ job }, index) => {
    const before = jobs[index];
    const end = before?.log.find(isFinalEvent);
    const freeAt = end === undefined ? Number.POSITIVE_INFINITY : freeAfter(end);
    return job.createdAt >= freeAt ? null : `${job.id} was made beside ${before?.job.id}`;
  });
};

function freeAfter({ type, at }: StoredJob["log"][number]): number {
  return type === "job.succeeded" ? at + DEDUPE_TTL_MS : at;
}

/** The jobs that were made for work of some kind. */
function jobsFor(
  place: Place,
  isMeant: (work: Place["works"][number]) => boolean,
): readonly StoredJob[] {
  const numbers = new Set(place.works.filter(isMeant).map(({ number }) => number));
  return storedJobs(place).filter(({ job }) => {
    const number = place.server.madeFor.get(job.id);
    return number !== undefined && numbers.has(number);
  });
}
