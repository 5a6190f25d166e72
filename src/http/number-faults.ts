import type { Fault } from "../config/fault.ts";
import { isJsonObject } from "../lang/json.ts";

/**
 * The numbers that are too large for what JSON is read into: `1e400` becomes infinity, and infinity is
 * written as `null`, so the plugin would be given something that nobody sent.
 */
export function numberFaultsOf(value: unknown, path: string): readonly Fault[] {
  const faults: Fault[] = [];
  collect(value, () => path, faults);
  return faults;
}

/** The path is made where there is a fault only: a value can have half a million places. */
function collect(value: unknown, pathOf: () => string, faults: Fault[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      collect(item, () => `${pathOf()}[${index}]`, faults);
    }
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      collect(item, () => `${pathOf()}.${key}`, faults);
    }
  } else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    faults.push({ path: pathOf(), message: `Must be a number of at most ${Number.MAX_VALUE}` });
  }
}
