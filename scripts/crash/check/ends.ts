import type { Fault } from "../../receivers/records.ts";
import type { Page } from "../book.ts";
import { only } from "../history.ts";
import { isFinal } from "../job-view.ts";
import type { Act } from "../kinds/kind.ts";
import type { Planned } from "../plan.ts";
import { type Check, type Evidence, plannedOf } from "./evidence.ts";

const FINAL_EVENT = /^job\.(succeeded|failed|timed_out|dead|cancelled)$/;
const AFTER_END = /^callback\./;

/** Every job, also one that nobody was told of, ended as its kind has to, and by the rules. */
export const ends: Check = (evidence) => {
  const acts = Map.groupBy(only(evidence.entries, "act"), ({ jobId }) => jobId);
  return evidence.pages
    .filter(({ status, job }) => status === 200 && isFinal(job))
    .flatMap((page) => faultsOf(evidence, page, acts.get(page.jobId) ?? []));
};

function faultsOf(evidence: Evidence, page: Page, acts: readonly Act[]): readonly Fault[] {
  const planned = plannedOf(evidence, page);
  const wrong = [
    ...attemptsWrong(page),
    ...logWrong(page),
    ...timesWrong(page),
    ...bytesWrong(page),
    ...(planned === null ? ["is nobody's work"] : endWrong(planned, page, acts)),
  ];
  const what = `${planned?.name} (${planned?.kind}) ${page.jobId}`;
  return wrong.map((why) => ({ check: "wrong_end", what: `${what}: ${why}` }));
}

/** Where nobody knew of it, it may have been cancelled; then that is what it is. */
function endWrong({ name, work }: Planned, { job }: Page, acts: readonly Act[]): readonly string[] {
  const putAway = acts.find(({ what }) => what === "put away")?.answer;
  if (putAway === "cancelled") return job.status === putAway ? [] : [`ended as ${job.status}`];
  const isRight = work.ends.includes(job.status);
  return [
    ...(isRight ? [] : [`ended as ${job.status}`]),
    ...(work.wrong?.({ name, job, acts }) ?? []),
  ];
}

function attemptsWrong({ job }: Page): readonly string[] {
  const numbers = job.attempts.map(({ attempt }) => attempt);
  const isGapless = numbers.every((number, index) => number === index + 1);
  const isWithin = isGapless && numbers.length <= job.max_attempts;
  return isWithin ? [] : [`attempts ${numbers.join(", ")} of ${job.max_attempts}`];
}

/** One final event, and after it only how its callbacks got on. */
function logWrong({ events, job }: Page): readonly string[] {
  const finals = events.filter(({ type }) => FINAL_EVENT.test(type));
  const after = events.filter(({ seq, type }) => seq > job.seq && !AFTER_END.test(type));
  const isOnce = finals.length === 1 && finals[0]?.seq === job.seq;
  const isSame = finals[0]?.type === `job.${job.status}`;
  return isOnce && isSame && after.length === 0
    ? []
    : [`final events ${finals.map(({ seq, type }) => `${seq} ${type}`).join(", ")} of ${job.seq}`];
}

function timesWrong({ job, events }: Page): readonly string[] {
  const times = [job.created_at, job.started_at ?? job.created_at, job.finished_at ?? ""];
  const isForward = (given: readonly string[]) =>
    given.every((at, index) => index === 0 || at >= (given[index - 1] ?? ""));
  const isRight = isForward(times) && isForward(events.map(({ at }) => at));
  return isRight ? [] : ["its times go back"];
}

function bytesWrong({ job, bytes }: Page): readonly string[] {
  return job.artifacts
    .filter(({ name, sha256 }) => bytes[name] !== sha256)
    .map(({ name }) => `the bytes of ${name} are others`);
}
