import type { Brand } from "./brand.ts";

/** An instant: milliseconds since the Unix epoch, UTC. */
export type EpochMs = Brand<number, "epoch-ms">;

/** A length of time in milliseconds, >= 0. */
export type DurationMs = Brand<number, "duration-ms">;

export function epochMs(value: number): EpochMs {
  return value as EpochMs;
}

export function durationMs(value: number): DurationMs {
  return value as DurationMs;
}

export function seconds(value: number): DurationMs {
  return durationMs(value * 1000);
}

export function minutes(value: number): DurationMs {
  return seconds(value * 60);
}

export function hours(value: number): DurationMs {
  return minutes(value * 60);
}

export function days(value: number): DurationMs {
  return hours(value * 24);
}

export function after(at: EpochMs, wait: DurationMs): EpochMs {
  return epochMs(at + wait);
}

export function earliest(first: EpochMs, ...others: readonly EpochMs[]): EpochMs {
  return epochMs(Math.min(first, ...others));
}

export function latest(first: EpochMs, ...others: readonly EpochMs[]): EpochMs {
  return epochMs(Math.max(first, ...others));
}

export function longest(first: DurationMs, ...others: readonly DurationMs[]): DurationMs {
  return durationMs(Math.max(first, ...others));
}

/** From `start` to `end`, or 0 when the clock went back in between. */
export function between(start: EpochMs, end: EpochMs): DurationMs {
  return durationMs(Math.max(0, end - start));
}

/** RFC 3339 in UTC with milliseconds, as every time on the wire. */
export function rfc3339(at: EpochMs): string {
  // The one `Date` below the edge: it formats an instant that was handed in, it never reads a clock.
  // biome-ignore lint/style/noRestrictedGlobals: pure formatting of an argument
  return new Date(at).toISOString();
}
