import { latencyOf } from "../bench/measure.ts";
import type { Astray } from "./aftermath.ts";
import type { Told } from "./caller.ts";
import type { ProcessPeak } from "./watch-process.ts";

const RECOVERY_MS_MAX = 10_000;

/** What a run has left behind. */
export type Outcome = {
  /** Triggers a second that it carries, and that it was sent. */
  readonly capacity: number;
  readonly rate: number;
  readonly seconds: number;
  readonly told: readonly Told[];
  readonly recovered: number | null;
  /** Of the jobs that were taken on. */
  readonly astray: Astray;
  readonly process: ProcessPeak | null;
};

/** All that is not as it was promised. */
export function faultsOf({ told, recovered, astray }: Outcome): readonly string[] {
  const others = told.filter((each) => !isTaken(each) && !isRefused(each));
  const kinds = Map.groupBy(others, ({ status, code }) => `${status} ${code}`);
  const isWell = recovered !== null && recovered <= RECOVERY_MS_MAX;
  return [
    ...[...kinds].map(([kind, all]) => `${all.length} triggers got ${kind}`),
    ...astray.lost.map((jobId) => `${jobId} was taken on and is lost`),
    ...astray.open.map((jobId) => `${jobId} was taken on and is not final`),
    ...(isWell ? [] : [`It was not itself again after ${recovered ?? "a minute and more"} ms`]),
    ...(told.some(isRefused) ? [] : ["Nobody was refused: it was not more than it carries"]),
  ];
}

/** The run in numbers. */
export function figuresOf({ capacity, rate, seconds, told, recovered, astray, process }: Outcome) {
  const taken = told.filter(isTaken);
  const refused = told.filter(isRefused);
  return {
    carried_per_second: Math.round(capacity),
    sent_per_second: Math.round(rate),
    seconds,
    sent: told.length,
    taken: taken.length,
    taken_of_carried: round(taken.length / (capacity * seconds)),
    refused: refused.length,
    unanswered: told.filter(({ status }) => status === null).length,
    taken_ms: spread(taken),
    refused_ms: spread(refused),
    lost: astray.lost.length,
    not_final: astray.open.length,
    recovery_ms: recovered === null ? null : Math.round(recovered),
    peak: process,
  };
}

function isTaken({ status }: Told): boolean {
  return status === 200 || status === 202;
}

/** As the contract has it: with the word when to come again, and without a job. */
function isRefused({ status, code, hasRetryAfter, jobId }: Told): boolean {
  return status === 503 && code === "overloaded" && hasRetryAfter && jobId === null;
}

function spread(told: readonly Told[]) {
  const { p50, p99 } = latencyOf(told.map(({ ms }) => ms));
  return { p50: Math.round(p50), p99: Math.round(p99) };
}

function round(share: number): number {
  return Math.round(share * 100) / 100;
}
