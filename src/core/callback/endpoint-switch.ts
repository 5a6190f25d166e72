import { after, days, type EpochMs } from "../../lang/time.ts";

/** A receiver that fails for so long, with no success in between, is sent nothing more, of any job. */
const FAILING_MS_MAX = days(5);

/** A receiver that nobody has heard of for so long is forgotten, and tried like a new one. */
const FORGOTTEN_MS = days(30);

/** What is known of a URL that failed. Of one that is well, nothing is. */
export type EndpointRecord = {
  readonly failingSince: EpochMs;
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
  const failingSince = record?.failingSince ?? now;
  const isOff = isGone || now >= after(failingSince, FAILING_MS_MAX);
  return { failingSince, heardAt: now, offSince: record?.offSince ?? (isOff ? now : null) };
}

export function isForgotten({ heardAt }: EndpointRecord, now: EpochMs): boolean {
  return now >= after(heardAt, FORGOTTEN_MS);
}
