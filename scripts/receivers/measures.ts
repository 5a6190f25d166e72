import type { DeliveryRecord, Fault, JobRecord } from "./records.ts";

/** What a receiver that hangs may cost a job, or another endpoint. */
const SLOWED_MS_MAX = 250;
const DELAYED_MS_MAX = 1000;

/** A stretch of the run with one runner and no crash. */
export type Phase = {
  readonly runner: string;
  readonly fromMs: number;
  readonly toMs: number;
};

export type Spread = {
  readonly n: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
};

/** How long the same work took, by who was told of it; jobs that saw a crash are left out. */
export function durationsOf(records: readonly JobRecord[], phases: readonly Phase[]) {
  const fixed = records.filter(({ planned }) => planned.work === "fixed");
  const unharmed = fixed.filter(({ job }) =>
    phases.some(
      ({ fromMs, toMs }) =>
        Date.parse(job.created_at) >= fromMs && Date.parse(job.finished_at ?? "") <= toMs,
    ),
  );
  const isHanging = ({ planned }: JobRecord) =>
    planned.callbacks.some(({ kind }) => kind === "hang");
  return {
    with_hanging: spreadOf(unharmed.filter(isHanging).map(durationOf)),
    without: spreadOf(unharmed.filter((record) => !isHanging(record)).map(durationOf)),
  };
}

export function slowedFaults({
  with_hanging: hanging,
  without,
}: ReturnType<typeof durationsOf>): readonly Fault[] {
  const ms = (hanging.p50 ?? Number.NaN) - (without.p50 ?? Number.NaN);
  return Math.abs(ms) <= SLOWED_MS_MAX
    ? []
    : [{ check: "slowed", what: `Medians differ by ${ms} ms` }];
}

/** From an event to the healthy endpoint, while others hang and everything else goes on as well. */
export function healthyDelays(
  deliveries: readonly DeliveryRecord[],
  { fromMs, toMs }: Phase,
): Spread {
  const hangs = deliveries
    .filter(({ callback }) => callback.kind === "hang")
    .flatMap(({ arrivals }) => arrivals.map(({ at }) => at));
  const from = Math.max(fromMs, Math.min(...hangs));
  const delays = deliveries
    .filter(({ callback }) => callback.kind === "healthy")
    .flatMap(({ event, arrivals: [first] }) => {
      const at = Date.parse(event?.at ?? "");
      // Also where it came after the crash: what is late must not fall out for being late.
      return first !== undefined && at >= from && at <= toMs ? [first.at - at] : [];
    });
  return spreadOf(delays);
}

/** Under `npm start`. Where a queue is drained one batch after another, that is what they wait for. */
export function delayedFaults(hanging: number, { n, p50 }: Spread): readonly Fault[] {
  const what = `While ${hanging} hang, ${n} deliveries: median ${p50} ms`;
  const isProven = hanging > 0 && n > 0 && (p50 ?? 0) < DELAYED_MS_MAX;
  return isProven ? [] : [{ check: "delayed", what }];
}

/** As long as the gateway waits for an answer. */
const HANG_MS = 10_000;

/** How many receivers hung at once, at most. */
export function mostAtOnce(deliveries: readonly DeliveryRecord[]): number {
  const at = deliveries
    .filter(({ callback }) => callback.kind === "hang")
    .flatMap(({ arrivals }) => arrivals.map((arrival) => arrival.at));
  return Math.max(
    0,
    ...at.map((now) => at.filter((other) => other <= now && now < other + HANG_MS).length),
  );
}

function durationOf({ job }: JobRecord): number {
  return Date.parse(job.finished_at ?? "") - Date.parse(job.created_at);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? null;
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), max: sorted.at(-1) ?? null };
}
