import { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";

/**
 * A command's policy, and over it, key by key, what is set for its plugin.
 *
 * @param own `null` = the command has none.
 * @param set `null` = nothing is set.
 * @returns `null` where neither says anything: then the default applies, or the interactive profile.
 */
export function policyOver(
  own: RetryPolicy | null,
  set: Partial<RetryPolicy> | null,
): RetryPolicy | null {
  if (set === null) return own;
  const merged = { ...(own ?? DEFAULT_RETRY), ...set };
  if (merged.baseMs <= merged.maxMs) return merged;
  // Where both are set they fit. Of one that is set and one that is not, the one that is set is meant.
  return set.baseMs === undefined
    ? { ...merged, baseMs: merged.maxMs }
    : { ...merged, maxMs: merged.baseMs };
}
