import * as z from "zod";
import { type DurationMs, days, durationMs, hours, minutes, seconds } from "../lang/time.ts";

/** From the longest to the shortest. */
const UNITS = [
  { name: "d", lengthMs: days(1) },
  { name: "h", lengthMs: hours(1) },
  { name: "m", lengthMs: minutes(1) },
  { name: "s", lengthMs: seconds(1) },
  { name: "ms", lengthMs: durationMs(1) },
] as const;

const FORM = /^(\d+)(d|h|m|s|ms)$/;
const FORM_FAULT = "Must be a length of time, such as 30d, 12h, 90m, 45s or 1500ms";

export type DurationBounds = { readonly minMs: DurationMs; readonly maxMs: DurationMs };

/** A length of time as people write it: a whole number with its unit, or of milliseconds without one. */
export function duration({ minMs, maxMs }: DurationBounds) {
  return z.union([z.string(), z.number()], FORM_FAULT).transform((given, context) => {
    const lengthMs = readDuration(given);
    if (lengthMs === null) {
      context.addIssue({ code: "custom", message: FORM_FAULT });
      return z.NEVER;
    }
    if (lengthMs < minMs || lengthMs > maxMs) {
      const message = `Must be from ${durationText(minMs)} to ${durationText(maxMs)}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    return lengthMs;
  });
}

/** A number is milliseconds already; `null` = not a whole number, or not one with a unit. */
function readDuration(given: string | number): DurationMs | null {
  if (typeof given === "number") return Number.isInteger(given) ? durationMs(given) : null;
  const [, digits = "", name] = FORM.exec(given) ?? [];
  const unit = UNITS.find((each) => each.name === name);
  return unit === undefined ? null : durationMs(Number(digits) * unit.lengthMs);
}

/** In the longest unit that it is a whole number of: `1m`, not `60s`. */
function durationText(lengthMs: DurationMs): string {
  const unit = UNITS.find((each) => lengthMs % each.lengthMs === 0) ?? UNITS[4];
  return `${lengthMs / unit.lengthMs}${unit.name}`;
}
