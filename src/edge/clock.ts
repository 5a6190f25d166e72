import { type EpochMs, epochMs } from "../lang/time.ts";

/** Now. Within one turn of an isolate it stands still: the platform moves it on with input and output. */
export function clock(): EpochMs {
  return epochMs(Date.now());
}
