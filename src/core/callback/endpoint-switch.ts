import { after, days, type EpochMs } from "../../lang/time.ts";

/** A receiver that fails for so long, with no success in between, is sent nothing more, of any job. */
const FAILING_MS_MAX = days(5);

/** Fewer failures than this are an outage or two, however far apart they are. */
const FAILURES_MIN = 10;

/** After so long without a word the next failure is the first one of another outage. */
const SILENCE_MS_MAX = days(1);

/** A receiver that nobody has heard of for so long is forgotten, and tried like a new one. */
const FORGOTTEN_MS = days(30);

/** What is known of a URL that failed. Of one that is well, nothing is. */
export type EndpointRecord = {
  readonly failingSince: EpochMs;
  /** Failures since then that were heard of. */
  readonly failures: number;
  /** When a failure was last heard of. */
  readonly heardAt: EpochMs;
  /** Since when nothing is sent there; `null` = it is. */
  readonly offSince: EpochMs | null;
};

/** One more failure. An answer of 410 switches the endpoint off at once. */
export function withFailure(
  record: EndpointRecord | null,
  { isGone }: { readonly isGone: boolean },
  now: EpochMs,
): EndpointRecord {
  const isSame = record !== null && now < after(record.heardAt, SILENCE_MS_MAX);
  const failingSince = isSame ? record.failingSince : now;
  const failures = (isSame ? record.failures : 0) + 1;
  const isFailing = failures >= FAILURES_MIN && now >= after(failingSince, FAILING_MS_MAX);
  const offSince = record?.offSince ?? (isGone || isFailing ? now : null);
  return { failingSince, failures, heardAt: now, offSince };
}

export function isForgotten({ heardAt }: EndpointRecord, now: EpochMs): boolean {
  return now >= after(heardAt, FORGOTTEN_MS);
}
